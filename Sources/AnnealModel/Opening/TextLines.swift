/// A section of text: UTF-8 lines, each ended by a line feed, without control characters.
enum TextLines {
    /// The lines of a section.
    /// - Complexity: O(bytes).
    static func read(_ bytes: UnsafeRawBufferPointer, of tag: SectionTag) throws(ModelError) -> [String] {
        guard bytes.isEmpty || bytes.last == 0x0a else {
            throw .value(
                tag, what: "last byte", expected: "a line feed",
                found: HexDigits.text(UInt64(bytes.last ?? 0), width: 2)
            )
        }
        var lines: [String] = []
        var start = 0
        for end in 0..<bytes.count {
            let byte = bytes[end]
            if byte == 0x0a {
                guard let line = String(validating: bytes[start..<end], as: UTF8.self) else {
                    throw .value(tag, what: "line \(lines.count + 1)", expected: "UTF-8", found: "invalid bytes")
                }
                lines.append(line)
                start = end + 1
            } else if byte < 0x20 || byte == 0x7f {
                throw .value(
                    tag, what: "line \(lines.count + 1)", expected: "no control characters",
                    found: HexDigits.text(UInt64(byte), width: 2))
            }
        }
        return lines
    }

    /// The number of lines, checked as ``read(_:of:)`` checks them, without a string for each.
    /// - Complexity: O(bytes).
    static func count(_ bytes: UnsafeRawBufferPointer, of tag: SectionTag) throws(ModelError) -> Int {
        var lines = 0
        var control: UInt8 = 0
        // Without branches, so that the compiler can use vectors.
        for byte in bytes {
            lines &+= byte == 0x0a ? 1 : 0
            control |= byte < 0x20 || byte == 0x7f ? byte ^ 0x0a : 0
        }
        let isPlain = control == 0 && (bytes.last ?? 0x0a) == 0x0a
        guard isPlain, String(validating: bytes, as: UTF8.self) != nil else {
            // The careful reading finds the place.
            return try read(bytes, of: tag).count
        }
        return lines
    }

    /// The section's bytes.
    static func encode(_ lines: [String], as tag: SectionTag) throws(ModelError) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, line) in lines.enumerated() {
            guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw .value(
                    tag, what: "line \(index + 1)", expected: "no control characters", found: line.debugDescription)
            }
            bytes.append(contentsOf: line.utf8)
            bytes.append(0x0a)
        }
        return bytes
    }
}

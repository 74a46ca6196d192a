import AnnealContainer

/// Gathers text of the model's text form as bytes.
struct TextBuffer {
    private var bytes: [UInt8] = []

    var count: Int { bytes.count }

    /// What was gathered; the buffer is empty after that.
    mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func line(_ text: String) {
        append(text)
        append(0x0a)
    }

    /// The line that begins a section, after an empty line.
    mutating func section(_ name: String) {
        line("\n.\(name)")
    }

    /// Hexadecimal digits.
    /// - Precondition: `values` has `count` elements.
    mutating func hex(_ values: UnsafePointer<Int8>, count: Int) {
        for index in 0..<count {
            let byte = UInt8(bitPattern: values[index])
            bytes.append(HexDigits.lower(byte &>> 4))
            bytes.append(HexDigits.lower(byte & 15))
        }
    }

    /// A comment behind a value. Control characters would end or hide the line, and show as `?`.
    mutating func comment(_ text: String) {
        append(" ; ")
        for byte in text.utf8 { bytes.append(byte < 0x20 || byte == 0x7f ? 0x3f : byte) }
    }

    mutating func quotedLine(_ text: String) {
        line("\"\(Self.escaped(text))\"")
    }

    /// A text with `\` before each `"` and `\`.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    /// Numbers, 16 a line.
    mutating func numbers(_ values: [Int]) {
        for (index, value) in values.enumerated() {
            append(String(value))
            append(index % 16 == 15 || index == values.count - 1 ? 0x0a : 0x20)
        }
    }

    /// Base64, 76 digits a line.
    mutating func base64(_ content: UnsafeRawBufferPointer?) {
        guard let content else { return }
        let digits = Base64.encode(content)
        var start = 0
        while start < digits.count {
            let end = min(start + 76, digits.count)
            bytes.append(contentsOf: digits[start..<end])
            bytes.append(0x0a)
            start = end
        }
    }
}

/// Reads the fields of one protocol-buffer message, in order, never beyond its end.
/// - Source: https://protobuf.dev/programming-guides/encoding/
struct ProtobufReader {
    /// The kinds of field on the wire.
    enum Wire: UInt8 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case groupStart = 3
        case groupEnd = 4
        case fixed32 = 5
    }

    struct Field {
        var number: Int
        var wire: Wire
        /// The value of a `varint`, `fixed32` or `fixed64`.
        var value: UInt64
        /// The content of a `bytes` field, as offsets in the whole file.
        var range: Range<Int>
    }

    let file: UnsafeRawBufferPointer
    let end: Int
    let part: String
    private(set) var position: Int

    init(file: UnsafeRawBufferPointer, range: Range<Int>, part: String) {
        precondition(range.lowerBound >= 0 && range.upperBound <= file.count)
        self.file = file
        self.part = part
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field, or nil at the end of the message. Groups are skipped, as a reader skips fields it does not know.
    /// - Throws: `truncated` or `malformed`.
    mutating func next() throws(TokenizerError) -> Field? {
        while position < end {
            let start = position
            let field = try readField()
            guard field.wire == .groupStart else {
                if field.wire == .groupEnd {
                    throw .malformed(part: part, offset: start, expected: "a field", found: "the end of a group")
                }
                return field
            }
            try skipGroup(field.number, startedAt: start)
        }
        return nil
    }

    private mutating func skipGroup(_ number: Int, startedAt start: Int) throws(TokenizerError) {
        var open = [number]
        while let innermost = open.last {
            guard position < end else {
                throw .truncated(part: part, offset: start, expectedBytes: end - start + 1, foundBytes: end - start)
            }
            let offset = position
            let field = try readField()
            if field.wire == .groupStart {
                guard open.count < 64 else {
                    throw .malformed(part: part, offset: offset, expected: "at most 64 nested groups", found: "more")
                }
                open.append(field.number)
            } else if field.wire == .groupEnd {
                guard field.number == innermost else {
                    throw .malformed(
                        part: part, offset: offset, expected: "the end of group \(innermost)",
                        found: "the end of group \(field.number)")
                }
                open.removeLast()
            }
        }
    }

    private mutating func readField() throws(TokenizerError) -> Field {
        let start = position
        let tag = try readVarint()
        let number = Int(truncatingIfNeeded: (tag & 0xFFFF_FFFF) >> 3)
        guard tag <= 0xFFFF_FFFF, number > 0 else {
            throw .malformed(
                part: part, offset: start, expected: "a field number of 1 to 536870911", found: "tag \(tag)")
        }
        guard let wire = Wire(rawValue: UInt8(truncatingIfNeeded: tag & 7)) else {
            throw .malformed(part: part, offset: start, expected: "wire type 0 to 5", found: "wire type \(tag & 7)")
        }
        var field = Field(number: number, wire: wire, value: 0, range: position..<position)
        switch wire {
        case .varint: field.value = try readVarint()
        case .fixed32: field.value = UInt64(try readFixed(UInt32.self))
        case .fixed64: field.value = try readFixed(UInt64.self)
        case .bytes:
            let length = try readVarint()
            guard length <= UInt64(end - position) else {
                throw .truncated(
                    part: part, offset: start, expectedBytes: Int(clamping: length), foundBytes: end - position)
            }
            field.range = position..<position + Int(length)
            position = field.range.upperBound
        case .groupStart, .groupEnd: break
        }
        return field
    }

    private mutating func readVarint() throws(TokenizerError) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard position < end else {
                throw .truncated(part: part, offset: start, expectedBytes: end - start + 1, foundBytes: end - start)
            }
            let byte = file[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 70 else {
                throw .malformed(
                    part: part, offset: start, expected: "a number of at most 10 bytes", found: "a longer one")
            }
        }
    }

    private mutating func readFixed<T: FixedWidthInteger>(_: T.Type) throws(TokenizerError) -> T {
        guard end - position >= MemoryLayout<T>.size else {
            throw .truncated(
                part: part, offset: position, expectedBytes: MemoryLayout<T>.size, foundBytes: end - position)
        }
        // In bounds: checked above.
        let value = file.loadUnaligned(fromByteOffset: position, as: T.self)
        position += MemoryLayout<T>.size
        return T(littleEndian: value)
    }
}

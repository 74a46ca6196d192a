/// Why JSON could not be read: where, what was expected, what was there.
public struct JSONError: Error, Hashable, Sendable {
    /// Byte in the line, from 1.
    public let column: Int
    public let expected: String
    public let found: String
}

/// A place in a line of JSON, and the steps that move it forward.
///
/// Strict after RFC 8259. It is written out here because the alternative, Foundation, costs 4 ms and 5 MB at every start.
/// - Precondition: the bytes outlive the cursor.
struct JSONCursor {
    /// Nesting deeper than this is an error, not a stack overflow.
    static let depthMax = 256

    private let bytes: UnsafeBufferPointer<UInt8>
    private let endName: String
    /// Bytes that were read.
    private(set) var position = 0

    /// - Parameter endName: how an error calls the place behind the last byte.
    init(_ bytes: UnsafeBufferPointer<UInt8>, endName: String) {
        self.bytes = bytes
        self.endName = endName
    }

    private var isAtEnd: Bool { position == bytes.count }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    func error(_ expected: String, _ found: String? = nil) -> JSONError {
        JSONError(column: position + 1, expected: expected, found: found ?? self.found)
    }

    /// What stands here, in words a person can use.
    private var found: String {
        guard let byte else { return endName }
        switch byte {
        case 0x22: return "a string"
        case 0x7B: return "an object"
        case 0x5B: return "an array"
        case 0x2D, 0x30...0x39: return "a number"
        case 0x74 where starts(with: "true"): return "true"
        case 0x66 where starts(with: "false"): return "false"
        case 0x6E where starts(with: "null"): return "null"
        case 0x21...0x7E: return "'\(Character(Unicode.Scalar(byte)))'"
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            return "the byte 0x" + (digits.count == 1 ? "0" : "") + digits
        }
    }

    private func starts(with word: StaticString) -> Bool {
        guard position + word.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount where bytes[position + offset] != word.utf8Start[offset] {
            return false
        }
        return true
    }

    mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    mutating func take(_ wanted: UInt8) -> Bool {
        guard byte == wanted else { return false }
        position += 1
        return true
    }

    mutating func expect(_ wanted: UInt8, _ expected: String) throws(JSONError) {
        if !take(wanted) { throw error(expected) }
    }

    /// Reads an object; `value` is called at each value, with its name, and must pass over it.
    mutating func object(
        _ expected: String, _ value: (_ name: String, inout JSONCursor) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(0x7B, expected)
        skipSpace()
        if take(0x7D) { return }
        repeat {
            skipSpace()
            let name = try string("a key")
            skipSpace()
            try expect(0x3A, "':'")
            skipSpace()
            try value(name, &self)
            skipSpace()
        } while take(0x2C)
        try expect(0x7D, "',' or '}'")
    }

    /// Reads an array of counts of at least zero.
    mutating func counts(_ expected: String) throws(JSONError) -> [Int] {
        try expect(0x5B, expected)
        var counts: [Int] = []
        skipSpace()
        if take(0x5D) { return counts }
        repeat {
            skipSpace()
            counts.append(try count())
            skipSpace()
        } while take(0x2C)
        try expect(0x5D, "',' or ']'")
        return counts
    }

    private mutating func count() throws(JSONError) -> Int {
        var value = 0
        let start = position
        while let byte, (0x30...0x39).contains(byte) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(byte - 0x30))
            guard !overflow, !carry else { throw error("a number below 2^63") }
            value = sum
            position += 1
        }
        guard position > start else { throw error("a number of at least zero") }
        return value
    }

    /// Nothing but space may follow.
    mutating func end() throws(JSONError) {
        skipSpace()
        if !isAtEnd { throw error(endName) }
    }

    /// Reads a string.
    mutating func string(_ expected: String) throws(JSONError) -> String {
        var text = ByteBuffer()
        try string(expected, into: &text)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    /// Reads a string and appends its text.
    mutating func string(_ expected: String, into text: inout ByteBuffer) throws(JSONError) {
        guard byte == 0x22 else { throw error(expected) }
        position += 1
        while true {
            // Runs without escapes are copied whole.
            let start = position
            while let byte, byte != 0x22, byte != 0x5C, byte >= 0x20 { position += 1 }
            if position > start { text.append(bytes.baseAddress! + start, count: position - start) }
            guard let byte else { throw error("'\"' at the end of the string") }
            if byte == 0x22 {
                position += 1
                return
            }
            if byte < 0x20 { throw error("an escape for a control character") }
            try escape(into: &text)
        }
    }

    private mutating func escape(into text: inout ByteBuffer) throws(JSONError) {
        position += 1
        guard let byte else { throw error("an escape") }
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case 0x62: text.append(0x08)
        case 0x66: text.append(0x0C)
        case 0x6E: text.append(0x0A)
        case 0x72: text.append(0x0D)
        case 0x74: text.append(0x09)
        case 0x75:
            position += 1
            try unicodeEscape(into: &text)
            return
        default: throw error("one of \" \\ / b f n r t u after '\\'")
        }
        position += 1
    }

    private mutating func unicodeEscape(into text: inout ByteBuffer) throws(JSONError) {
        var value = try hexadecimal()
        if (0xD800...0xDBFF).contains(value), byte == 0x5C, position + 1 < bytes.count, bytes[position + 1] == 0x75 {
            let mark = position
            position += 2
            let low = try hexadecimal()
            if (0xDC00...0xDFFF).contains(low) {
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            } else {
                // Not a pair: the second escape stands for itself and is read again.
                position = mark
            }
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        for unit in UTF8.encode(scalar)! { text.append(unit) }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            switch byte {
            case .some(let digit) where (0x30...0x39).contains(digit): value = value << 4 | UInt32(digit - 0x30)
            case .some(let digit) where (0x41...0x46).contains(digit): value = value << 4 | UInt32(digit - 0x37)
            case .some(let digit) where (0x61...0x66).contains(digit): value = value << 4 | UInt32(digit - 0x57)
            default: throw error("four hexadecimal digits")
            }
            position += 1
        }
        return value
    }

    /// Checks and passes over any value.
    mutating func skipValue(depth: Int) throws(JSONError) {
        guard depth <= Self.depthMax else {
            throw error("at most \(Self.depthMax) levels of nesting")
        }
        switch byte {
        case 0x22:
            try skipString("a string")
        case 0x7B:
            position += 1
            skipSpace()
            if take(0x7D) { return }
            repeat {
                skipSpace()
                try skipString("a key")
                skipSpace()
                try expect(0x3A, "':'")
                skipSpace()
                try skipValue(depth: depth + 1)
                skipSpace()
            } while take(0x2C)
            try expect(0x7D, "',' or '}'")
        case 0x5B:
            position += 1
            skipSpace()
            if take(0x5D) { return }
            repeat {
                skipSpace()
                try skipValue(depth: depth + 1)
                skipSpace()
            } while take(0x2C)
            try expect(0x5D, "',' or ']'")
        case 0x74 where starts(with: "true"), 0x6E where starts(with: "null"): position += 4
        case 0x66 where starts(with: "false"): position += 5
        case .some(let first) where first == 0x2D || (0x30...0x39).contains(first): try skipNumber()
        default: throw error("a value")
        }
    }

    private mutating func skipString(_ expected: String) throws(JSONError) {
        var ignored = ByteBuffer()
        try string(expected, into: &ignored)
    }

    private mutating func skipNumber() throws(JSONError) {
        _ = take(0x2D)
        if !take(0x30) { try skipDigits() }
        if take(0x2E) { try skipDigits() }
        if take(0x65) || take(0x45) {
            if !take(0x2B) { _ = take(0x2D) }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = position
        while let byte, (0x30...0x39).contains(byte) { position += 1 }
        if position == start { throw error("a digit") }
    }

    /// Reads any value.
    mutating func value(depth: Int = 0) throws(JSONError) -> JSONValue {
        guard depth <= Self.depthMax else {
            throw error("at most \(Self.depthMax) levels of nesting")
        }
        let start = position
        switch byte {
        case 0x22: return .string(try string("a string"))
        case 0x7B:
            var members: [(name: String, value: JSONValue)] = []
            try object("an object") { (name, cursor) throws(JSONError) in
                members.append((name, try cursor.value(depth: depth + 1)))
            }
            return .object(members)
        case 0x5B:
            position += 1
            var elements: [JSONValue] = []
            skipSpace()
            if take(0x5D) { return .array(elements) }
            repeat {
                skipSpace()
                elements.append(try value(depth: depth + 1))
                skipSpace()
            } while take(0x2C)
            try expect(0x5D, "',' or ']'")
            return .array(elements)
        case .some(let first) where first == 0x2D || (0x30...0x39).contains(first):
            try skipNumber()
            // What has the form of a number is one: too large ones are infinite.
            return .number(Double(String(decoding: bytes[start..<position], as: UTF8.self)) ?? .nan)
        default:
            let value: JSONValue = starts(with: "true") ? .bool(true) : starts(with: "false") ? .bool(false) : .null
            try skipValue(depth: depth)
            return value
        }
    }
}

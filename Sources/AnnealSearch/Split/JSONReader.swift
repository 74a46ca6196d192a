/// The parts of a JSON text, one after the other. Never refuses: what is malformed gives other parts, and so do several
/// texts behind each other, as in JSON Lines. Comments are passed over.
///
/// - Source: RFC 8259.
struct JSONReader {
    enum Part {
        case beginObject, endObject, beginArray, endArray
        /// The name of what comes next.
        case name(String)
        case string(String)
        /// A number, `true`, `false`, `null`.
        case literal(String)
    }

    private let bytes: [UInt8]
    private var position = 0
    /// Of the part that was read last, from 1.
    private(set) var line = 1
    private var currentLine = 1

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func next() -> Part? {
        while true {
            skipBlanks()
            line = currentLine
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"):
                position += 1
                return byte == UInt8(ascii: "{")
                    ? .beginObject
                    : byte == UInt8(ascii: "}") ? .endObject : byte == UInt8(ascii: "[") ? .beginArray : .endArray
            case UInt8(ascii: ","), UInt8(ascii: ":"): position += 1
            case UInt8(ascii: "\""):
                let text = string()
                skipBlanks()
                guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { return .string(text) }
                position += 1
                return .name(text)
            default: return .literal(literal())
            }
        }
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x0A {
                currentLine += 1
            } else if byte == UInt8(ascii: "/"), position + 1 < bytes.count, bytes[position + 1] == byte {
                while position + 1 < bytes.count, bytes[position + 1] != 0x0A { position += 1 }
            } else if byte == UInt8(ascii: "/"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "*") {
                skipComment()
                continue
            } else if byte > 0x20 {
                return
            }
            position += 1
        }
    }

    private mutating func skipComment() {
        position += 2
        while position < bytes.count {
            if bytes[position] == 0x0A { currentLine += 1 }
            position += 1
            guard bytes[position - 1] == UInt8(ascii: "*"), position < bytes.count else { continue }
            if bytes[position] == UInt8(ascii: "/") {
                position += 1
                return
            }
        }
    }

    private mutating func literal() -> String {
        let start = position
        while position < bytes.count, bytes[position] > 0x20, !"{}[],:\"".utf8.contains(bytes[position]) {
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A string from its opening quote to behind the closing one, or to the end of the text.
    private mutating func string() -> String {
        position += 1
        var text: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
                if bytes[position] == 0x0A { currentLine += 1 }
                position += 1
            }
            text += bytes[start..<position]
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\") else {
                if position < bytes.count, bytes[position] == UInt8(ascii: "\\") { position += 1 }
                continue
            }
            let mark = bytes[position + 1]
            position += 2
            switch mark {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"): text.append(0x20)
            case UInt8(ascii: "u"): text += Array(String(scalar()).utf8)
            default:
                if mark == 0x0A { currentLine += 1 }
                text.append(mark)
            }
        }
        position += 1
        return String(decoding: text, as: UTF8.self)
    }

    /// What `\u` and four digits mean, with the second half of a pair.
    private mutating func scalar() -> Unicode.Scalar {
        guard let first = digits() else { return "\u{FFFD}" }
        if let scalar = Unicode.Scalar(first) { return scalar }
        let before = position
        if first < 0xDC00, bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            if let second = digits(), (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
            position = before
        }
        return "\u{FFFD}"
    }

    private mutating func digits() -> UInt32? {
        guard position + 4 <= bytes.count,
            let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { return nil }
        position += 4
        return value
    }
}

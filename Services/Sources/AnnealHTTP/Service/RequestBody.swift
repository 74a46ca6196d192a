import AnnealServiceKit
import FoundationEssentials
import HTTPTypes
import NIOCore

/// The body of a request as JSON, and what is wrong with it in the words of JSON: which field, what was expected there, and
/// what was found.
struct RequestBody {
    private let bytes: [UInt8]

    init(_ body: ByteBuffer) { bytes = Array(body.readableBytesView) }

    init(_ text: String) { bytes = Array(text.utf8) }

    /// - Throws: ``ServiceError`` for what is no UTF-8, no JSON, or not the expected.
    func decode<Value: Decodable>() throws -> Value {
        // The decoder looks at a string's bytes when the string is asked for; here it may ask for something else first.
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw ServiceError(.badRequest, .validation, "expected JSON, found bytes that are not UTF-8")
        }
        let data = Data(bytes)
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch let error as DecodingError {
            // The error does not tell text that is no JSON from a number that does not fit.
            guard (try? JSONDecoder().decode(AnyJSON.self, from: data)) != nil else {
                throw ServiceError(
                    .badRequest, .validation, "expected JSON, found \(bytes.isEmpty ? "nothing" : "something else")")
            }
            throw Refusal.invalid(words(for: error))
        }
    }

    private func words(for error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let place):
            return "\(name(of: place.codingPath))expected the field `\(key.stringValue)`, found none"
        case DecodingError.typeMismatch(let type, let place), DecodingError.valueNotFound(let type, let place):
            return "\(name(of: place.codingPath))expected \(kind(of: type)), \(found(at: place.codingPath))"
        case DecodingError.dataCorrupted(let place):
            // Words that begin in this way are ours. The decoder's own, which are of its language and without a place, are
            // left for strings alone.
            guard place.debugDescription.hasPrefix("expected ") else {
                return "expected strings of Unicode, found an escape that stands for no character, "
                    + "or a control character that is not escaped"
            }
            return "\(name(of: place.codingPath))\(place.debugDescription), \(found(at: place.codingPath))"
        default: return "expected another value"
        }
    }

    /// What a field takes.
    private func kind(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Int.Type: "a whole number"
        case is [String: Any].Type: "an object"
        case is [Any].Type: "a list"
        default: "another kind of value"
        }
    }

    /// A place, as `inputs[2]`.
    private func name(of path: [any CodingKey]) -> String {
        let names = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return names.isEmpty ? "" : "`\(Refusal.shown(names.first == "." ? names.dropFirst() : names[...]))`: "
    }

    private func found(at path: [any CodingKey]) -> String {
        var cursor = JSONCursor(bytes)
        guard cursor.move(to: path), let first = cursor.byte else { return "found none" }
        switch first {
        case UInt8(ascii: "{"): return "found an object"
        case UInt8(ascii: "["): return "found a list"
        default: break
        }
        let value = cursor.value()
        let text = String(decoding: value, as: UTF8.self)
        if first == UInt8(ascii: "\"") {
            guard (try? JSONDecoder().decode(String.self, from: Data(value))) != nil else {
                return value.contains { $0 < 0x20 }
                    ? "found a string with a control character that is not escaped"
                    : "found a string with an escape that stands for no character"
            }
        } else if Int(text) == nil, let number = Double(text), number.magnitude >= 0x1p63 {
            return "found \(Refusal.shown(text)), which is too large: 64 bits are the most"
        }
        return "found \(Refusal.shown(text))"
    }
}

/// Any JSON value, which is checked and not kept.
struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {}
}

/// A place in a JSON text. The text is known to be JSON; of what is not, some place is found and nothing is read beyond the
/// end.
private struct JSONCursor {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        skipSpace()
    }

    var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

    /// Moves to the value that a path leads to.
    /// - Returns: false where there is none.
    mutating func move(to path: [any CodingKey]) -> Bool {
        for key in path {
            guard byte == UInt8(ascii: key.intValue == nil ? "{" : "[") else { return false }
            step()
            if let index = key.intValue {
                for _ in 0..<index {
                    skip()
                    step()
                }
                if byte == UInt8(ascii: "]") { return false }
            } else {
                while true {
                    guard byte == UInt8(ascii: "\"") else { return false }
                    let name = try? JSONDecoder().decode(String.self, from: Data(value()))
                    skip()
                    step()
                    if name == key.stringValue { break }
                    skip()
                    step()
                }
            }
        }
        return byte != nil
    }

    /// The bytes of the value that begins here, if it is no list and no object.
    func value() -> ArraySlice<UInt8> {
        var copy = self
        copy.skip()
        var end = copy.at
        while end > at, JSONCursor.isSpace(bytes[end - 1]) { end -= 1 }
        return bytes[at..<end]
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    private mutating func skipSpace() { while let byte, JSONCursor.isSpace(byte) { at += 1 } }

    /// Moves behind a sign, as a bracket or a comma.
    private mutating func step() {
        at = min(at + 1, bytes.count)
        skipSpace()
    }

    /// Moves behind the value that begins here, whatever is in it.
    private mutating func skip() {
        var depth = 0
        repeat {
            switch byte {
            case nil: return
            case UInt8(ascii: "\""):
                at += 1
                while let byte, byte != UInt8(ascii: "\"") { at += byte == UInt8(ascii: "\\") ? 2 : 1 }
                at = min(at + 1, bytes.count)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): at += 1
            default:
                while let byte, !"\",:{}[] \t\r\n".utf8.contains(byte) { at += 1 }
            }
            skipSpace()
        } while depth > 0
    }
}

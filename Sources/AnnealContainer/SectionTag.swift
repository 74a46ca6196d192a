/// The name of a section: four printable ASCII bytes.
public struct SectionTag: Hashable, Sendable, CustomStringConvertible {
    /// The four bytes as they lie in the file, the first in the lowest byte.
    public let code: UInt32

    package init(code: UInt32) {
        self.code = code
    }

    /// A tag of four ASCII characters, or nil if the text is anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 4, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        code = bytes.reversed().reduce(0) { $0 &<< 8 | UInt32($1) }
    }

    /// A tag that is written in the program.
    /// - Precondition: four bytes.
    package init(known text: StaticString) {
        precondition(text.utf8CodeUnitCount == 4)
        code = (0..<4).reversed().reduce(0) { $0 &<< 8 | UInt32(text.utf8Start[$1]) }
    }

    /// The four characters; bytes that are not printable show as `?`.
    public var description: String {
        var text = ""
        for shift in stride(from: UInt32(0), through: 24, by: 8) {
            let byte = UInt8(truncatingIfNeeded: code &>> shift)
            text.unicodeScalars.append(byte > 0x20 && byte < 0x7f ? Unicode.Scalar(byte) : "?")
        }
        return text
    }

    /// Whether the four bytes are printable, as every tag's must be.
    var isPrintable: Bool {
        (0..<4).allSatisfy { position in
            let byte = UInt8(truncatingIfNeeded: code &>> (UInt32(position) &* 8))
            return byte > 0x20 && byte < 0x7f
        }
    }
}

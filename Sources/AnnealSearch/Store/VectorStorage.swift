public import AnnealCodes

/// How an index keeps vectors.
public enum VectorStorage: Sendable {
    /// A byte a number.
    case bytes
    /// Codes of a few bytes, and the codec that made them. Those that a scan of them finds nearest are embedded anew from
    /// their texts, which the index has: so their cosines are those of the vectors, and are in no byte of the index.
    case codes(IndexCodes)

    init(_ codes: IndexCodes?) { self = codes.map { .codes($0) } ?? .bytes }

    var codes: IndexCodes? {
        guard case .codes(let codes) = self else { return nil }
        return codes
    }

    func isSame(as other: IndexCodes?) -> Bool {
        codes?.file.identity == other?.file.identity && codes?.length == other?.length
    }
}

extension VectorStorage: CustomStringConvertible {
    public var description: String {
        switch self {
        case .bytes: "vectors in bytes"
        case .codes(let codes): "codes of \(codes.length) bytes by the codec \("\(codes.file.identity)".prefix(16))"
        }
    }
}

/// The codec of an index and the length of its codes.
///
/// An index has the codec in it: whatever a later program ships, the codes are read.
public struct IndexCodes: Sendable {
    public let file: CodecFile
    /// Bytes of a code.
    public let length: Int
    /// The codec's file.
    let bytes: [UInt8]

    /// Takes the content of a codec's file.
    /// - Throws: ``CodecError``, also for a length that the codec has no codes of.
    public init(codec bytes: [UInt8], length: Int) throws(CodecError) {
        file = try CodecFile(bytes: bytes)
        try file.codec.check(length: length)
        self.length = length
        self.bytes = bytes
    }
}

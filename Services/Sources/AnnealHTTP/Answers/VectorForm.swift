import AnnealCodes
import AnnealServiceKit

/// How `/v1/embeddings` writes a vector: what `encoding_format` says.
enum VectorForm: Sendable {
    /// A list of decimals.
    case float
    /// 32-bit floats, little-endian, in base64.
    case base64
    /// A list of signed bytes: the largest number is 127 or -127.
    case int8
    /// A list of bytes with eight numbers each, the first in the highest bit, which is 1 where a number is above zero.
    case ubinary
    /// The same bytes, less 128: signed.
    case binary
    /// The bytes of a code in base64: a codec by its name, and how many bytes.
    case code(CodecFile, name: String, bytes: Int)

    /// The forms that need no codec. No codec is called so.
    static let plain = ["float", "base64", "int8", "binary", "ubinary"]

    /// The form of a name: one of ``plain``, or a codec's, as `search` for its shortest codes and `search:32` for those of
    /// 32 bytes.
    /// - Parameter dimension: numbers of the vectors that are asked for.
    /// - Throws: ``Refusal`` for a name that is none, a length that no code has, vectors that were cut where codes are of whole
    ///   ones, and bits that fill no bytes.
    init(_ name: String?, of model: ServedModel, dimension: Int) throws(Refusal) {
        switch name {
        case nil, "float": self = .float
        case "base64": self = .base64
        case "int8": self = .int8
        case "binary", "ubinary":
            guard dimension % 8 == 0 else {
                throw .invalid("`dimensions`: expected a multiple of 8 for bits, found \(dimension)")
            }
            self = name == "binary" ? .binary : .ubinary
        case let name?:
            let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let file = model.codecs[String(parts[0])] else {
                throw .invalid(
                    "`encoding_format`: expected one of \(VectorForm.names(of: model).joined(separator: ", ")), "
                        + "found \(Refusal.shown(name))")
            }
            let codec = file.codec
            let length = parts.count == 1 ? codec.lengths.first : codec.lengths.first { "\($0)" == parts[1] }
            guard let bytes = length else {
                let lengths = codec.lengths.map(String.init).joined(separator: ", ")
                throw .invalid(
                    "`encoding_format`: expected codes of \(lengths) bytes, as \(parts[0]):\(codec.lengths[0]), "
                        + "found \(Refusal.shown(name))")
            }
            guard codec.dimension == dimension else {
                throw .invalid(
                    "`dimensions`: expected whole vectors of \(codec.dimension) numbers for codes, found \(dimension)")
            }
            self = .code(file, name: String(parts[0]), bytes: bytes)
        }
    }

    /// All names that a model's vectors may be asked for by.
    static func names(of model: ServedModel) -> [String] {
        plain
            + model.codecs.sorted { $0.key < $1.key }.flatMap { name, file in
                [name] + file.codec.lengths.map { "\(name):\($0)" }
            }
    }

    /// Writes one vector.
    /// - Throws: `CodecError` for a vector that has no code; an engine makes none.
    func write(_ vector: ArraySlice<Float>, to json: inout JSONBuffer) throws(CodecError) {
        switch self {
        case .float: json.floats(vector)
        case .base64: json.base64(vector)
        case .int8: json.array(QuantizedVector(vector).values) { $0.integer(Int($1)) }
        case .binary: json.array(Self.bits(of: vector)) { $0.integer(Int($1) - 128) }
        case .ubinary: json.array(Self.bits(of: vector)) { $0.integer(Int($1)) }
        case .code(let file, _, let bytes):
            var code = [UInt8](repeating: 0, count: bytes)
            let coder = file.codec.makeCoder()
            try vector.withUnsafeBufferPointer { (vector) throws(CodecError) in
                try code.withUnsafeMutableBufferPointer { (code) throws(CodecError) in
                    try coder.encode(vector, into: code)
                }
            }
            json.base64(bytes: code)
        }
    }

    private static func bits(of vector: ArraySlice<Float>) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: vector.count / 8)
        for (place, number) in vector.enumerated() where number > 0 { bytes[place / 8] |= 0x80 >> UInt8(place % 8) }
        return bytes
    }

    /// Writes, behind the other fields of an answer, which codec gives vectors back; nothing where there is none.
    func writeCodec(to json: inout JSONBuffer) {
        guard case .code(let file, let name, let bytes) = self else { return }
        json.raw(",\"codec\":{\"name\":")
        json.string(name)
        json.raw(",\"bytes\":\(bytes),\"content_hash\":\"\(file.identity)\"}")
    }
}

/// The codecs that there are. A file of a codec has the number, a person says the name.
public enum CodecKind: UInt32, Sendable, CaseIterable {
    /// Trellises in the basis of the principal components, in layers: the least error for its bytes.
    case trellis = 1
    /// A byte for each of the first principal components.
    case bytes = 2
    /// Half a byte for each of them.
    case fourBits = 3
    /// A bit for each of them, turned at random.
    case sign = 4
    /// A bit for each of them, turned so that signs say most (iterative quantisation).
    case itq = 5
    /// As many levels for each principal component as its variance wants, learned and uneven.
    case scalar = 6
    /// The first numbers of the vector itself, a byte each: what vectors of Matryoshka models are cut to.
    case prefix = 7
    /// A byte for each part of the vector: which of 256 words it is nearest to.
    case product = 8
    /// The same of vectors that are turned, so that parts say equally much.
    case optimised = 9
    /// A byte for each of several words whose sum is the vector, found by beam search.
    case residual = 10

    public var name: String {
        switch self {
        case .trellis: "trellis"
        case .bytes: "bytes"
        case .fourBits: "four-bits"
        case .sign: "sign"
        case .itq: "itq"
        case .scalar: "scalar"
        case .prefix: "prefix"
        case .product: "product"
        case .optimised: "optimised"
        case .residual: "residual"
        }
    }

    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    /// What the codec is, in a sentence for a person.
    public var summary: String {
        switch self {
        case .trellis: "trellises on principal components, in layers; the least error for its bytes"
        case .bytes: "a byte for each of the first principal components"
        case .fourBits: "half a byte for each of the first principal components"
        case .sign: "a bit for each of the first principal components, turned at random"
        case .itq: "a bit for each of the first principal components, turned so that signs say most"
        case .scalar: "uneven levels for each principal component, as many as its variance wants"
        case .prefix: "the first numbers of the vector, a byte each"
        case .product: "a byte for each part of the vector, one of 256 words"
        case .optimised: "the same, turned so that the parts say equally much (optimised product)"
        case .residual: "a byte for each of some words whose sum is the vector; best for texts like those of training"
        }
    }
}

/// The constants of a model while they are learned, in floats.
///
/// A token's row holds all that is its own: the direction (``dimension`` numbers), the key and the query code (32 each),
/// and the logarithm of its weight, padded to the kernel's lanes. So a text's forward pass reads one run of memory for
/// each token.
///
/// Sendable although it is mutable: threads write to rows of their own only.
public final class TrainedConstants: @unchecked Sendable {
    /// Numbers of a key, and of a query.
    public static let codeWidth = 32

    public let dimension: Int
    public let tokenCount: Int
    /// A row a token: direction, key, query, logarithm of the weight, padding.
    public let tokens: Matrix
    /// A row a rule's constant.
    public var phrases: Matrix

    let keyOffset: Int
    let queryOffset: Int
    let weightOffset: Int

    /// First values: directions normal with deviation 0.02, codes with 0.1, weights 10⁻³ / (10⁻³ + frequency).
    /// - Parameter frequency: of each token, its share of all tokens of the corpus.
    /// - Precondition: `dimension` is a multiple of 32.
    public init(dimension: Int, frequency: [Double], seed: UInt64) {
        precondition(dimension % TrainingKernel.lanes == 0)
        self.dimension = dimension
        tokenCount = frequency.count
        keyOffset = dimension
        queryOffset = keyOffset + Self.codeWidth
        weightOffset = queryOffset + Self.codeWidth
        tokens = Matrix(rows: frequency.count, columns: weightOffset + TrainingKernel.lanes)
        phrases = Matrix(rows: 0, columns: dimension)
        var random = SplitMix64(seed: seed)
        for token in 0..<tokenCount {
            let row = tokens.row(token)
            for index in 0..<dimension { row[index] = 0.02 * random.normal() }
            for index in keyOffset..<weightOffset { row[index] = 0.1 * random.normal() }
            row[weightOffset] = Float(CMath.log(1e-3 / (1e-3 + frequency[token])))
        }
    }

    @inline(__always) func key(_ token: Int) -> UnsafeMutablePointer<Float> { tokens.row(token) + keyOffset }
    @inline(__always) func query(_ token: Int) -> UnsafeMutablePointer<Float> { tokens.row(token) + queryOffset }
    @inline(__always) func logWeight(_ token: Int) -> Float { tokens.row(token)[weightOffset] }
}

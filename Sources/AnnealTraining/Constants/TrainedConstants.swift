public import AnnealFormats
import AnnealPlatform
import AnnealRewrite

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
    /// Whether gains depend on the context; without, codes stay as they begin and count for nothing.
    public let hasGains: Bool
    /// A row a token: direction, key, query, logarithm of the weight, padding.
    public let tokens: Matrix
    /// A row a rule's constant.
    public var phrases: Matrix
    /// What the place of a token in its text adds to the logarithm of its gain: a row for each of ``PlaceRows``, a column a
    /// place, the last for all that follow.
    let places = Matrix(rows: PlaceRows.count, columns: PlaceGains.width)

    /// Where the ridge draws directions and constants to, a row each; nil for zero.
    var anchors: (tokens: Matrix, phrases: Matrix)?

    let keyOffset: Int
    let queryOffset: Int
    let weightOffset: Int

    /// First values: directions normal with deviation 0.02, codes with 0.1, weights 10⁻³ / (10⁻³ + frequency).
    /// - Parameter frequency: of each token, its share of all tokens of the corpus.
    /// - Precondition: `dimension` is a multiple of 32.
    public init(dimension: Int, frequency: [Double], hasGains: Bool = true, seed: UInt64) {
        precondition(dimension % TrainingKernel.lanes == 0)
        self.dimension = dimension
        tokenCount = frequency.count
        self.hasGains = hasGains
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

    /// A copy whose writes are its own, without anchors.
    func copy() -> TrainedConstants {
        let copy = TrainedConstants(
            dimension: dimension, frequency: [Double](repeating: 0, count: tokenCount), hasGains: hasGains, seed: 0)
        copy.tokens.storage.update(from: tokens.storage, count: tokens.rows * tokens.columns)
        copy.places.storage.update(from: places.storage, count: places.rows * places.columns)
        copy.phrases = phrases.copy()
        return copy
    }

    /// Begins each direction with what the token's texts have in common: `Σ target / (n + shrink)` over its n occurrences.
    ///
    /// What is rare then begins near nothing, where a random direction would never be trained away.
    /// - Complexity: O(tokens of the corpus · dimension).
    func begin(with set: TrainingSet, shrink: Float, threads: Int, kernel: TrainingKernel = .fastest) {
        let groups = RowGroups(rowCount: tokenCount, capacity: set.corpus.ids.count)
        set.corpus.withItems { groups.fill($0.tokens, $0.opcodes, leavingOut: UInt8.max, count: set.corpus.ids.count) }
        let textOf = set.corpus.textOfItems
        for token in 0..<tokenCount { tokens.row(token).update(repeating: 0, count: dimension) }
        Parallel.forEachChunk(of: groups.rows.count, size: 16, threads: threads) { [self] _, range in
            for group in range {
                let row = tokens.row(Int(groups.rows[group]))
                let items = Int(groups.starts[group])..<Int(groups.starts[group + 1])
                for place in items {
                    addScaled(row, set.targets.row(Int(textOf[Int(groups.order[place])])), 1, dimension, kernel)
                }
                let factor = 1 / (Float(items.count) + shrink)
                for index in 0..<dimension { row[index] *= factor }
            }
        }
    }

    /// The length of a token's direction.
    func length(ofDirection token: Int) -> Float {
        dot(tokens.row(token), tokens.row(token), dimension, .fastest).squareRoot()
    }

    /// Turns each token's direction v to that of `v / ‖v‖ + shift`, and keeps its length. What was never seen has no direction
    /// that could be turned.
    /// - Parameter shift: a row a token.
    /// - Complexity: O(tokens · dimension).
    func turn(by shift: Matrix) {
        precondition(shift.rows == tokenCount && shift.columns == dimension)
        for token in 0..<tokenCount where (0..<dimension).contains(where: { shift.row(token)[$0] != 0 }) {
            let row = tokens.row(token)
            let length = length(ofDirection: token)
            guard length > 0 else { continue }
            addScaled(row, shift.row(token), length, dimension, .fastest)
            let turned = self.length(ofDirection: token)
            guard turned > 0 else { continue }
            for index in 0..<dimension { row[index] *= length / turned }
        }
    }

    /// Moves all constants along the line to those of another model: `own + share (other − own)`.
    /// - Parameter phrases: for each phrase the constant that the other model has for it, zeros where it has none.
    /// - Complexity: O(rows · dimension).
    func goBack(to other: TrainedConstants, phrases others: Matrix, share: Float) {
        for (own, other) in [(tokens, other.tokens), (places, other.places), (phrases, others)] {
            precondition(own.rows == other.rows && own.columns == other.columns)
            for index in 0..<own.rows * own.columns {
                own.storage[index] += share * (other.storage[index] - own.storage[index])
            }
        }
    }

    @inline(__always) func key(_ token: Int) -> UnsafeMutablePointer<Float> { tokens.row(token) + keyOffset }
    @inline(__always) func query(_ token: Int) -> UnsafeMutablePointer<Float> { tokens.row(token) + queryOffset }
    @inline(__always) func logWeight(_ token: Int) -> Float { tokens.row(token)[weightOffset] }
}

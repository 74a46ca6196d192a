import AnnealContainer
import AnnealFormats
import AnnealManifold

/// What the numbers of a field are; they belong to the model, and a caller may have others.
public struct FieldSettings: Hashable, Sendable {
    /// How much the nearest concepts count more than the others: of the softmax over cosines.
    public var sharpness: Float
    /// The power that what concepts say of words is raised to: 0 for none of it.
    public var strength: Float
    /// The probability below which a word is too rare for concepts to say anything of it.
    public var floor: Float
    /// The part of the probability that words of the line share, by how often they occur in it.
    public var cache: Float

    public init(sharpness: Float, strength: Float, floor: Float, cache: Float) {
        self.sharpness = sharpness
        self.strength = strength
        self.floor = floor
        self.cache = cache
    }

    /// Chosen on development lines: Docs/Decisions/completion.md.
    public static let chosen = FieldSettings(sharpness: 12, strength: 1, floor: 3e-6, cache: 0.05)

    static let sharpnessMost: Float = 1000
    /// Twice this, over the least floor, stays far from what a float can hold.
    static let strengthMost: Float = 2

    /// - Throws: ``CompletionError/setting(_:expected:found:)``.
    func check() throws(CompletionError) {
        func check(_ name: String, _ value: Float, _ range: ClosedRange<Float>) throws(CompletionError) {
            guard range.contains(value) else {
                throw .setting(name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(value)")
            }
        }
        try check("sharpness", sharpness, 0...Self.sharpnessMost)
        try check("strength", strength, 0...Self.strengthMost)
        try check("floor", floor, 1e-7...1)
        try check("cache", cache, 0...0.9)
    }
}

/// Concepts: carriers among the vectors of contexts, and what words come near each.
///
/// A context is drawn to the carriers that are near it (``SoftPlan``: the same law by which carriers move points and points
/// move carriers). The words of these concepts, each concept as heavy as its weight, are the field's distribution; a word's
/// *lift* is its probability there over the one it has anywhere.
struct ConceptField: Sendable {
    /// Words before a place that its context has, at most.
    static let contextWords = 30

    let count: Int
    let dimension: Int
    let centres: Matrix
    private let words: CountRows
    /// One over how many words each concept has.
    private let scales: [Float]
    /// The probability of each word in all concepts together.
    let probabilities: [Float]

    init(
        _ container: OpenContainer, count: Int, dimension: Int, vocabulary: Int
    ) throws(CompletionError) {
        self.count = count
        self.dimension = dimension
        let numbers: SectionIntegers<UInt32> = try SectionIntegers(container, .centres, count: count * dimension)
        centres = Matrix(rows: count, columns: dimension)
        for place in 0..<count * dimension {
            let value = Float(bitPattern: numbers[place])
            guard value.magnitude <= 1.001 else {
                throw .value(.centres, what: "number \(place)", expected: "-1 to 1", found: "\(value)")
            }
            centres.storage[place] = value
        }
        words = try CountRows(
            container, starts: .conceptStarts, words: .conceptWords, counts: .conceptCounts, rows: count,
            vocabulary: vocabulary)
        var sums = [Double](repeating: 0, count: vocabulary)
        var scales: [Float] = []
        for concept in 0..<count {
            var total: Double = 0
            for entry in words.row(concept) {
                total += Double(words.count(entry))
                sums[words.word(entry)] += Double(words.count(entry))
            }
            scales.append(total > 0 ? Float(1 / total) : 0)
        }
        self.scales = scales
        let total = max(1, sums.reduce(0, +))
        probabilities = sums.map { Float($0 / total) }
    }

    /// The law that draws contexts to the carriers. For vectors of unit length squared distances are 2 - 2 cosines.
    func plan(sharpness: Float) -> SoftPlan {
        SoftPlan(centres, cost: .squaredDistance, sharpness: Double(sharpness) / 2)
    }

    /// Concepts whose weight is less than this part of the greatest are left out.
    private static let least: Float = 1e-3

    /// Multiplies probabilities of words by their lift to a power; they no longer sum to 1.
    /// - Parameters:
    ///   - weights: of the concepts.
    ///   - lifts: room for the vocabulary.
    /// - Complexity: O(vocabulary + words of the concepts that count).
    func apply(
        _ weights: UnsafePointer<Float>, floor: Float, strength: Float, lifts: UnsafeMutablePointer<Float>,
        to result: UnsafeMutablePointer<Float>
    ) {
        let vocabulary = probabilities.count
        lifts.update(repeating: 0, count: vocabulary)
        var greatest: Float = 0
        for concept in 0..<count { greatest = max(greatest, weights[concept]) }
        var total: Float = 0
        for concept in 0..<count where weights[concept] >= greatest * Self.least && scales[concept] > 0 {
            total += weights[concept]
            let scale = weights[concept] * scales[concept]
            for entry in words.row(concept) { lifts[words.word(entry)] += scale * words.count(entry) }
        }
        guard total > 0 else { return }
        let scale = 1 / total
        for word in 0..<vocabulary { lifts[word] *= scale }
        probabilities.withUnsafeBufferPointer {
            Self.raise(result, by: lifts, over: $0.baseAddress!, vocabulary, floor: floor, strength: strength)
        }
    }

    /// Multiplies numbers by `((there + floor) / (anywhere + floor)) ^ strength`.
    /// - Precondition: `floor > 0`; probabilities are at least 0.
    static func raise(
        _ result: UnsafeMutablePointer<Float>, by there: UnsafePointer<Float>, over anywhere: UnsafePointer<Float>,
        _ count: Int, floor: Float, strength: Float
    ) {
        @inline(__always)
        func load(_ place: UnsafePointer<Float>) -> SIMD8<Float> {
            UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Float>.self)
        }
        @inline(__always)
        func factor(_ there: SIMD8<Float>, _ anywhere: SIMD8<Float>) -> SIMD8<Float> {
            Elementary.exp(Elementary.log((there + floor) / (anywhere + floor)) * strength)
        }
        var word = 0
        while word + 8 <= count {
            let product = load(result + word) * factor(load(there + word), load(anywhere + word))
            UnsafeMutableRawPointer(result + word).storeBytes(of: product, as: SIMD8<Float>.self)
            word += 8
        }
        while word < count {
            result[word] *= factor(SIMD8(repeating: there[word]), SIMD8(repeating: anywhere[word]))[0]
            word += 1
        }
    }
}

public import AnnealContainer
public import AnnealFormats
import AnnealManifold

/// A concept, and what part it has of a text.
public struct ConceptStrength: Hashable, Sendable {
    /// Its place in the set.
    public let concept: Int
    /// Above 0; those of a text sum to 1.
    public let strength: Double

    public init(concept: Int, strength: Double) {
        self.concept = concept
        self.strength = strength
    }
}

/// What the texts of a model are about: concepts, each with a direction, a name and a frequency.
///
///     let concepts = try ConceptSet(ConceptSet.path(beside: model))
///     for tone in concepts.strongest(3, of: vector) { print(concepts.names[tone.concept], tone.strength) }
///
/// Concepts are the carriers of a ``Clustering`` of texts. A text is drawn by those that its vector points at.
public struct ConceptSet: Sendable {
    /// Concepts of a set, at most, and at least.
    public static let counts = 16...1024
    /// How much a concept that is nearer counts more: the sharpness of ``energies(of:)``.
    public static let sharpness = 8.0

    /// What each is called: a word. No two have one name.
    public let names: [String]
    /// Hz, from ``Pitch/lowest`` on and ``Pitch/gap`` apart at least. What is near in meaning is near in pitch.
    public let frequencies: [Float]
    /// How many of the texts that the set was learned from each concept had.
    public let textCounts: [Int]
    /// The mean of these texts' vectors.
    public let mean: [Float]
    /// A row a concept: the mean of its texts less the mean of all, of unit length.
    public let directions: Matrix
    /// The embedding model whose vectors these are.
    public let engine: ContentHash
    /// Of the content: what depends on a set keeps this.
    public let identity: ContentHash

    public var count: Int { names.count }
    /// Numbers of a vector.
    public var dimension: Int { mean.count }

    init(
        names: [String], frequencies: [Float], textCounts: [Int], mean: [Float], directions: Matrix,
        engine: ContentHash, identity: ContentHash
    ) {
        self.names = names
        self.frequencies = frequencies
        self.textCounts = textCounts
        self.mean = mean
        self.directions = directions
        self.engine = engine
        self.identity = identity
    }

    /// Refuses vectors of another model.
    /// - Throws: ``ConceptError/otherEngine(expected:found:)``.
    public func check(_ engine: ContentHash) throws(ConceptError) {
        guard engine == self.engine else { throw .otherEngine(expected: self.engine, found: engine) }
    }

    /// The cosines of a vector, less the mean, with each concept's direction; all 0 for the zero vector.
    /// - Parameter vector: ``dimension`` numbers.
    /// - Complexity: O(concepts · dimension).
    public func cosines(of vector: UnsafePointer<Float>) -> [Double] {
        let point = Matrix(rows: 1, columns: dimension)
        guard Self.direct(vector, from: mean, into: point.row(0)) else { return [Double](repeating: 0, count: count) }
        return (0..<count).map { directions.dot($0, point, 0) }
    }

    /// The parts that all concepts have of a vector: `softmax(sharpness · cosine)`. Empty for the zero vector.
    /// - Complexity: O(concepts · dimension).
    public func energies(of vector: UnsafePointer<Float>) -> [Double] {
        guard (0..<dimension).contains(where: { vector[$0] != 0 }) else { return [] }
        let cosines = cosines(of: vector)
        let greatest = cosines.max() ?? 0
        let weights = cosines.map { Elementary.exp(Self.sharpness * ($0 - greatest)) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// The concepts with the greatest energies, strongest first, with their parts of these. Empty for the zero vector.
    /// - Complexity: O(concepts · (dimension + log concepts)).
    public func strongest(_ most: Int, of vector: UnsafePointer<Float>) -> [ConceptStrength] {
        let energies = energies(of: vector)
        let best = energies.indices.sorted { (energies[$0], $1) > (energies[$1], $0) }.prefix(most)
        let sum = best.reduce(0.0) { $0 + energies[$1] }
        return best.map { ConceptStrength(concept: $0, strength: energies[$0] / sum) }
    }

    /// Writes a vector less the mean, made to unit length.
    /// - Returns: false, and nothing is written of use, for the zero vector and for the mean itself.
    static func direct(
        _ vector: UnsafePointer<Float>, from mean: [Float], into direction: UnsafeMutablePointer<Float>
    ) -> Bool {
        guard mean.indices.contains(where: { vector[$0] != 0 }) else { return false }
        var square = 0.0
        for column in mean.indices {
            direction[column] = vector[column] - mean[column]
            square += Double(direction[column]) * Double(direction[column])
        }
        guard square > 0, square.isFinite else { return false }
        let scale = Float(1 / square.squareRoot())
        for column in mean.indices { direction[column] *= scale }
        return true
    }
}

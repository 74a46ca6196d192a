public import AnnealFormats
import AnnealPlatform

/// The concepts of a list as directions, in which alike means alike within the list.
///
/// What all have in common is taken away: vectors of "word: definition" share much that tells no taste from another. On
/// hidden tastes that is worth 0.04 of precision among 20 for whole vectors and 0.05 to 0.06 for codes of ten bytes
/// (`Research/Benchmarks/preferences.py`).
public struct ConceptSpace: Sendable {
    /// A row a concept, of unit length, or zero for a concept without a known word.
    public let rows: Matrix
    /// What was taken away from unit vectors.
    let centre: [Float]

    /// In a list of few the mean of all is mostly the vectors themselves; so many zeros are averaged with them.
    private static let shrinkage: Float = 64

    /// - Parameter vectors: a row a concept. They become the space's own and are changed.
    /// - Complexity: O(rows · columns).
    /// - Throws: ``PreferenceError/vectors(expected:found:)`` for numbers that are not finite.
    public init(_ vectors: consuming Matrix) throws(PreferenceError) {
        let rows = vectors
        var sum = [Float](repeating: 0, count: rows.columns)
        var count: Float = 0
        for row in 0..<rows.rows {
            let vector = UnsafeMutableBufferPointer(start: rows.row(row), count: rows.columns)
            guard vector.allSatisfy(\.isFinite) else {
                throw .vectors(expected: "finite numbers", found: "others in row \(row + 1)")
            }
            guard Self.normalize(vector) else { continue }
            count += 1
            for column in 0..<rows.columns { sum[column] += vector[column] }
        }
        centre = sum.map { $0 / (count + Self.shrinkage) }
        for row in 0..<rows.rows {
            let vector = UnsafeMutableBufferPointer(start: rows.row(row), count: rows.columns)
            if vector.contains(where: { $0 != 0 }) { Self.centred(vector, centre) }
        }
        self.rows = rows
    }

    public var count: Int { rows.rows }
    public var dimension: Int { rows.columns }

    /// Whether a concept has a direction: one without a known word has none.
    public func isKnown(_ concept: Int) -> Bool { row(concept).contains { $0 != 0 } }

    /// The direction of a concept; nil for one without a known word.
    func direction(of concept: Int) -> [Float]? { isKnown(concept) ? Array(row(concept)) : nil }

    private func row(_ concept: Int) -> UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(start: rows.row(concept), count: dimension)
    }

    /// The direction of a vector that is not of the list; nil for the zero vector.
    /// - Precondition: `vector.count == dimension`.
    func direction(of vector: [Float]) -> [Float]? {
        precondition(vector.count == dimension)
        var direction = vector
        return direction.withUnsafeMutableBufferPointer { values in
            guard Self.normalize(values) else { return nil }
            Self.centred(values, centre)
            return Array(values)
        }
    }

    /// The cosine of a direction with a concept's.
    func cosine(_ direction: [Float], _ concept: Int) -> Float {
        let row = rows.row(concept)
        var sum: Float = 0
        for column in 0..<dimension { sum += row[column] * direction[column] }
        return sum
    }

    /// The cosine of two concepts' directions.
    func cosine(_ left: Int, _ right: Int) -> Float {
        let (left, right) = (rows.row(left), rows.row(right))
        var sum: Float = 0
        for column in 0..<dimension { sum += left[column] * right[column] }
        return sum
    }

    /// Whether it had a length.
    @discardableResult
    static func normalize(_ vector: UnsafeMutableBufferPointer<Float>) -> Bool {
        var square: Float = 0
        for value in vector { square += value * value }
        guard square > 0, square.isFinite else { return false }
        let factor = 1 / square.squareRoot()
        for index in vector.indices { vector[index] *= factor }
        return true
    }

    private static func centred(_ vector: UnsafeMutableBufferPointer<Float>, _ centre: [Float]) {
        for index in vector.indices { vector[index] -= centre[index] }
        normalize(vector)
    }
}

import AnnealCodes
import AnnealFormats
import AnnealManifold

/// The frequency of each concept: what is near in meaning is near in pitch.
///
/// Concepts stand in the order of the second eigenvector of their likeness (spectral order), evenly on the ear's own scale
/// (ERB), and never nearer than 15 Hz.
/// - SeeAlso: Glasberg and Moore, "Derivation of auditory filter shapes from notched-noise data", Hearing Research 47
///   (1990); Atkins, Boman and Hendrickson, "A spectral algorithm for seriation", SIAM Journal on Computing 28 (1998).
public enum Pitch {
    /// Hz.
    public static let lowest = 150.0
    /// Hz, where ``gap`` lets as many concepts be below it.
    public static let highest = 6000.0
    /// Hz between neighbours, at least: what a listener tells apart in the steady part of a text.
    public static let gap = 15.0

    /// The frequencies of concepts.
    /// - Parameter directions: a row each, of unit length.
    /// - Complexity: O(concepts² · (columns + concepts)).
    static func frequencies(of directions: Matrix) -> [Float] {
        var frequencies = [Float](repeating: 0, count: directions.rows)
        for (place, frequency) in zip(order(directions), steps(directions.rows)) {
            frequencies[place] = Float(frequency)
        }
        return frequencies
    }

    /// Frequencies from low to high.
    private static func steps(_ count: Int) -> [Double] {
        func rate(_ frequency: Double) -> Double { Elementary.log(1 + 0.00437 * frequency) }
        let (low, high) = (rate(lowest), rate(highest))
        var frequencies: [Double] = []
        for step in 0..<count {
            let place = low + (high - low) * Double(step) / Double(max(1, count - 1))
            let frequency = (Elementary.exp(place) - 1) / 0.00437
            frequencies.append(max(frequency, frequencies.last.map { $0 + gap } ?? lowest))
        }
        return frequencies
    }

    /// The rows by the second eigenvector of their likeness, normalised by how much likeness each has.
    private static func order(_ directions: Matrix) -> [Int] {
        let count = directions.rows
        var likeness = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for other in 0..<row {
                let cosine = max(0, directions.dot(row, directions, other))
                likeness[row * count + other] = cosine * cosine
                likeness[other * count + row] = cosine * cosine
            }
            // Who is like nobody is a little like itself, so that there is something to divide by.
            likeness[row * count + row] = 1e-3
        }
        let roots = (0..<count).map { row in
            (0..<count).reduce(0.0) { $0 + likeness[row * count + $1] }.squareRoot()
        }
        for row in 0..<count {
            for other in 0..<count { likeness[row * count + other] /= roots[row] * roots[other] }
        }
        let second = SymmetricEigen.decompose(likeness, size: count).vectors[count..<2 * count]
        let places = zip(second, roots).map { $0 / $1 }
        return (0..<count).sorted { (places[$0], $0) < (places[$1], $1) }
    }
}

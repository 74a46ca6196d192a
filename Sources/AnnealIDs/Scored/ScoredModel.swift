import AnnealCodes

/// Digits that are predicted attributes, one of each, and last the variation: what of the vector they do not say.
///
/// As text the digits with `/` between: `3/6/2/41`.
public struct ScoredDigits: Hashable, Sendable, CustomStringConvertible {
    public let digits: [Int]

    public init(digits: [Int]) { self.digits = digits }

    public var description: String { digits.map(String.init).joined(separator: "/") }
}

/// An attribute of texts that is predicted from their vectors, and how well that was seen to work.
public struct ScoredAttribute: Equatable, Sendable {
    /// style, complexity, era.
    public let name: String
    /// What a label of training was.
    public let label: String
    /// The classes by their digits; empty where digits are levels.
    public let classes: [String]
    /// How many digits there are.
    public let size: Int
    /// What ``score`` is: accuracy, Spearman, AUC.
    public let measure: String
    /// On texts that the prediction was not trained on.
    public let score: Double
    /// What knowing nothing scores: the share of the commonest class, 0, a half.
    public let baseline: Double
    /// How many texts the score is of.
    public let heldOut: Int
}

/// The attributes of a model of IDs, and the variation.
public struct ScoredModel: Sendable {
    public let attributes: [ScoredAttribute]
    let predictor: AttributePredictor
    /// One stage: the words of the variation.
    let variation: ResidualQuantizer

    /// The digits of each attribute, and of the variation.
    public var sizes: [Int] { attributes.map(\.size) + variation.sizes }
}

/// Predicts the digits of attributes in whole numbers, so that every machine finds the same.
struct AttributePredictor: Equatable, Sendable {
    /// What one attribute takes of the rows.
    struct Part: Equatable, Sendable {
        /// Rows of weights: one a class, or one for levels.
        let rows: Int
        /// Ascending; empty for classes.
        let thresholds: [Int64]
    }

    /// The greatest length of a row of weights: with a vector's it keeps sums inside 32 bits.
    static let lengthLimit = 32767.0
    /// The greatest bias and threshold: no sum is greater.
    static let biasLimit: Int64 = 1 << 40

    let dimension: Int
    let parts: [Part]
    /// A row of weights of at most the length 32767.
    let weights: [Int16]
    /// What is added to each row's sum.
    let biases: [Int64]

    /// The sums of the rows of one attribute.
    /// - Parameter vector: rounded, of at most the length 16383, so that sums stay inside 32 bits.
    func sums(part: Int, of vector: UnsafePointer<Int16>) -> [Int64] {
        let start = parts[..<part].reduce(0) { $0 + $1.rows }
        return weights.withUnsafeBufferPointer { weights in
            (start..<start + parts[part].rows).map { row in
                let weight = weights.baseAddress! + row * dimension
                var sum: Int32 = 0
                for index in 0..<dimension { sum &+= Int32(weight[index]) &* Int32(vector[index]) }
                return Int64(sum) + biases[row]
            }
        }
    }

    /// The digit of each attribute: the class of the greatest sum, of equal ones the first; or how many thresholds the
    /// sum reaches.
    func digits(of vector: UnsafePointer<Int16>) -> [Int] {
        parts.indices.map { part in
            let sums = sums(part: part, of: vector)
            if parts[part].rows > 1 { return sums.indices.reduce(0) { sums[$1] > sums[$0] ? $1 : $0 } }
            return parts[part].thresholds.count { $0 <= sums[0] }
        }
    }
}

/// Why points and carriers cannot be annealed: what was expected, what was found.
public enum ManifoldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There are no points, or no carriers.
    case empty(what: String)
    /// More clusters than points, or none.
    case count(expected: ClosedRange<Int>, found: Int)
    /// Points and carriers of different dimensions.
    case dimension(points: Int, carriers: Int)
    /// A number of shares that is not that of the carriers.
    case shareCount(expected: Int, found: Int)
    /// A share that is not above zero, or shares that do not sum to 1.
    case shares(found: String)
    /// A coordinate that is not finite.
    case notFinite(what: String, row: Int, column: Int)
    /// A schedule that cannot be followed.
    case schedule(expected: String, found: String)

    public var description: String {
        switch self {
        case .empty(let what): "expected at least one \(what), found none"
        case .count(let expected, let found):
            "expected \(expected.lowerBound) to \(expected.upperBound) clusters, found \(found)"
        case .dimension(let points, let carriers):
            "expected carriers of \(points) dimensions as the points have, found \(carriers)"
        case .shareCount(let expected, let found): "expected \(expected) shares, one a carrier, found \(found)"
        case .shares(let found): "expected shares above 0 that sum to 1, found \(found)"
        case .notFinite(let what, let row, let column):
            "expected finite numbers, found another in \(what) \(row + 1), column \(column + 1)"
        case .schedule(let expected, let found): "schedule: expected \(expected), found \(found)"
        }
    }
}

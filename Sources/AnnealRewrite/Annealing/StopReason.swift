/// Why a rewrite ended.
public enum StopReason: Hashable, Sendable {
    /// The mode rewrites nothing.
    case naive
    /// No rule bids any more.
    case noBids
    /// So many steps were run, and rules would still bid.
    case budget(limit: Int)
    /// So many steps were asked for, and rules would still bid; gains are not set.
    case stopAfter(Int)

    /// Whether the rewrite was cut short as it was asked to be.
    package var isAsked: Bool { if case .stopAfter = self { true } else { false } }
}

extension StopReason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .naive: "naive mode"
        case .noBids: "no bids left"
        case .budget(let limit): "budget of \(limit) steps spent"
        case .stopAfter(let steps): "stopped after \(steps) steps as asked"
        }
    }
}

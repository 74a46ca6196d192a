public import Anneal
public import AnnealPlatform

/// What a search is to give.
public struct SearchOptions: Sendable {
    /// The most hits.
    public var count: Int
    public var weights: RankingWeights

    public init(count: Int = 10, weights: RankingWeights = RankingWeights()) {
        self.count = count
        self.weights = weights
    }
}

/// What keeps a search from being carried out.
public enum GrepError: Error, Sendable, CustomStringConvertible {
    case root(FileError)
    case engine(EngineError)

    public var description: String {
        switch self {
        case .root(let error): "\(error)"
        case .engine(let error): "\(error)"
        }
    }
}

public import Anneal
public import AnnealPassages
public import AnnealPlatform

/// What a search is to give.
public struct SearchOptions: Sendable {
    /// The most hits.
    public var count: Int
    public var weights: RankingWeights
    /// Which files of an index are searched; nil for all.
    public var isWanted: (@Sendable (TreeFile) -> Bool)?

    public init(
        count: Int = 10, weights: RankingWeights = RankingWeights(), isWanted: (@Sendable (TreeFile) -> Bool)? = nil
    ) {
        self.count = count
        self.weights = weights
        self.isWanted = isWanted
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

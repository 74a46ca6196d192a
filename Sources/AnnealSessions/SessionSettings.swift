public import Anneal

/// What a session is made for; sessions of equal settings can stand in for each other.
public struct SessionSettings: Equatable, Sendable {
    public let mode: Mode
    public let normalize: Bool
    public let dimension: Int

    public init(mode: Mode, normalize: Bool, dimension: Int) {
        self.mode = mode
        self.normalize = normalize
        self.dimension = dimension
    }
}

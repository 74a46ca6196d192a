/// Why evolution stopped.
public enum EvolutionStopReason: Hashable, Sendable, CustomStringConvertible {
    /// All generations have run.
    case generations(Int)
    /// As many rules as were asked for.
    case rules(Int)
    /// The caller asked; all up to this generation is recorded.
    case interrupted(afterGeneration: Int)

    public var description: String {
        switch self {
        case .generations(let count): "all \(count) generations have run"
        case .rules(let count): "\(count) rules are accepted"
        case .interrupted(let generation): "interrupted after generation \(generation)"
        }
    }
}

import Anneal

/// What a session is made for; sessions of equal settings can stand in for each other.
struct SessionSettings: Equatable, Sendable {
    let mode: Mode
    let normalize: Bool
    let dimension: Int
}

public import AnnealProgram

/// Judges a program as a whole. Higher is better.
public protocol Critic: ~Copyable {
    /// The score of a program. The same program must always get the same score.
    mutating func score(_ program: borrowing Program) -> Int64
}

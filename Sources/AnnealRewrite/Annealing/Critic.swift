public import AnnealProgram

/// Judges a program as a whole. Higher is better.
public protocol Critic: ~Copyable {
    /// The score of a program. The same program must always get the same score.
    mutating func score(_ program: borrowing Program) -> Int64

    /// The same for a program that differs from the one that was scored last in this item only: a critic that keeps what
    /// it knows of the others is quicker here.
    mutating func score(_ program: borrowing Program, changed item: Int) -> Int64

    /// Whether a phrase constant can lower the score. Where none can, the annealer need not ask after each that ordinary
    /// rules add, since none would be undone.
    var refusesPhrases: Bool { get }
}

extension Critic where Self: ~Copyable {
    public var refusesPhrases: Bool { true }

    public mutating func score(_ program: borrowing Program, changed item: Int) -> Int64 { score(program) }
}

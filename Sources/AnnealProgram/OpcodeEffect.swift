/// What an instruction does on the machine, in terms that every part of the engine understands: ``Opcode/effect`` is the
/// one place that says what an opcode means. The lowering, the critic, training and the sets of opcodes follow from it; only
/// the reference interpreter, which they are compared with, says it again.
///
/// An instruction adds its token's row, or puts it on the stack, or merges it with what it takes from the stack; and it may
/// add constant rows.
public struct OpcodeEffect: Hashable, Sendable {
    /// What a row is multiplied by.
    public enum Factor: Sendable {
        /// The instruction does not use the row.
        case none
        /// Its scale.
        case scale
        /// Its scale times the gain of operand 1.
        case gain

        @inlinable public var isUsed: Bool { if case .none = self { false } else { true } }
        @inlinable public var isGain: Bool { if case .gain = self { true } else { false } }
    }

    /// What becomes of the token's row.
    public enum Stack: Sendable {
        /// It is added.
        case none
        /// It waits on the stack.
        case push
        /// It is joined, through the role of operand 2, with what waited on the stack, and the result is added.
        case merge

        @inlinable public var isNone: Bool { if case .none = self { true } else { false } }
    }

    public let token: Factor
    /// For the constant row of operand 2.
    public let constant: Factor
    /// Whether operand 3 may name a further constant row, which is used as the first.
    public let hasFurther: Bool
    public let stack: Stack

    @inlinable
    init(token: Factor = .none, constant: Factor = .none, hasFurther: Bool = false, stack: Stack = .none) {
        self.token = token
        self.constant = constant
        self.hasFurther = hasFurther
        self.stack = stack
    }

    /// Whether the instruction does nothing.
    @inlinable public var isNothing: Bool { !token.isUsed && !constant.isUsed }
    /// Whether the instruction reads a gain.
    @inlinable public var readsGain: Bool { token.isGain || constant.isGain }
}

// What follows for the operands, the stack and the cost.
extension OpcodeEffect {
    @inlinable public var operand1: OperandKind { readsGain ? .gain : .none }
    @inlinable public var operand2: OperandKind { pops > 0 ? .role : constant.isUsed ? .row : .none }
    @inlinable public var operand3: OperandKind { hasFurther ? .furtherRow : .none }

    /// Vectors that the instruction takes from the stack.
    @inlinable public var pops: Int { if case .merge = stack { 1 } else { 0 } }

    /// Vectors that the instruction leaves on the stack.
    @inlinable public var pushes: Int { if case .push = stack { 1 } else { 0 } }

    /// The most rows that the instruction reads; a role counts as three.
    public var cost: Int {
        (token.isUsed ? 1 : 0) + (constant.isUsed ? 1 : 0) + (hasFurther ? 1 : 0) + 3 * pops
    }
}

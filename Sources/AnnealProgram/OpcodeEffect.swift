/// What an instruction does on the machine, in terms that every part of the engine understands: ``Opcode/effect`` is the
/// one place that says what an opcode means. The lowering, the critic, training and the sets of opcodes follow from it; only
/// the reference interpreter, which they are compared with, says it again.
///
/// An instruction adds its token's row, or puts it on the stack, or merges it with what it takes from the stack; and it may
/// add constant rows.
public struct OpcodeEffect: Hashable, Sendable {
    /// What a row is multiplied by.
    public struct Factor: Hashable, Sendable {
        /// Two bits: whether the row is used, and whether with a gain.
        @usableFromInline let bits: UInt8

        @inlinable init(bits: UInt8) { self.bits = bits }

        /// The instruction does not use the row.
        @inlinable public static var none: Factor { Factor(bits: 0) }
        /// Its scale.
        @inlinable public static var scale: Factor { Factor(bits: 0b01) }
        /// Its scale times the gain of operand 1.
        @inlinable public static var gain: Factor { Factor(bits: 0b11) }

        @inlinable public var isUsed: Bool { bits & 0b01 != 0 }
        @inlinable public var isGain: Bool { bits & 0b10 != 0 }
    }

    /// What becomes of the token's row.
    public enum Stack: Sendable {
        /// It is added.
        case none
        /// It waits on the stack.
        case push
        /// It is joined, through the role of operand 2, with what waited on the stack, and the result is added.
        case merge

        @inlinable public var isNone: Bool { self == .none }
    }

    // A byte, so that the effects of all opcodes are one constant, and a loop over instructions shifts it once instead of
    // asking for each property by itself: 30 of 110 machine instructions an item.
    @usableFromInline let bits: UInt8

    @inlinable
    init(token: Factor = .none, constant: Factor = .none, hasFurther: Bool = false, stack: Stack = .none) {
        bits =
            token.bits | constant.bits << 2 | (hasFurther ? 1 << 4 : 0) | (stack == .push ? 1 << 5 : 0)
            | (stack == .merge ? 1 << 6 : 0)
    }

    @inlinable public var token: Factor { Factor(bits: bits & 0b11) }
    /// For the constant row of operand 2.
    @inlinable public var constant: Factor { Factor(bits: bits >> 2 & 0b11) }
    /// Whether operand 3 may name a further constant row, which is used as the first.
    @inlinable public var hasFurther: Bool { bits & 1 << 4 != 0 }
    /// Whether the token's row goes through the stack.
    @inlinable public var usesStack: Bool { bits & 0b11 << 5 != 0 }
    @inlinable public var isPush: Bool { bits & 1 << 5 != 0 }
    @inlinable public var isMerge: Bool { bits & 1 << 6 != 0 }
    @inlinable public var stack: Stack { isPush ? .push : isMerge ? .merge : .none }

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
    @inlinable public var pops: Int { isMerge ? 1 : 0 }

    /// Vectors that the instruction leaves on the stack.
    @inlinable public var pushes: Int { isPush ? 1 : 0 }

    /// The most rows that the instruction reads; a role counts as three.
    public var cost: Int {
        (token.isUsed ? 1 : 0) + (constant.isUsed ? 1 : 0) + (hasFurther ? 1 : 0) + 3 * pops
    }
}

/// Why a program is not well formed. `item` is the index of the item in the program, from 0.
public enum VerifierError: Error, Equatable, Sendable {
    /// The raw value names no opcode.
    case badOpcode(item: Int, found: UInt8)
    /// The token id is not below the limit.
    case tokenOutOfRange(item: Int, limit: Int, found: UInt32)
    /// Operand 1 is above 255, or not neutral where the opcode does not read it.
    case badOperand1(item: Int, opcode: Opcode, found: UInt16)
    /// Operand 2 is not below the number of rows or roles, or not 0 where the opcode does not read it.
    case badOperand2(item: Int, opcode: Opcode, limit: Int, found: UInt32)
    /// Operand 3 is not below the number of rows, or not 0 where the opcode does not read it.
    case badOperand3(item: Int, opcode: Opcode, limit: Int, found: UInt32)
    /// The position is not below the count, or an earlier item has it already.
    case badPosition(item: Int, count: Int, found: UInt32)
    /// A pop with nothing on the stack.
    case stackUnderflow(item: Int)
    /// More vectors on the stack than the limit allows.
    case stackTooDeep(item: Int, limit: Int)
    /// Vectors are left on the stack at the end.
    case stackNotBalanced(left: Int)
    /// The program has another number of items than the text has tokens.
    case countChanged(expected: Int, found: Int)
    /// The item of a position no longer carries that position's token.
    case tokenChanged(item: Int, expected: UInt32, found: UInt32)
}

extension VerifierError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badOpcode(let item, let found):
            "item \(item): expected an opcode below \(Opcode.allCases.count), found \(found)"
        case .tokenOutOfRange(let item, let limit, let found):
            "item \(item): expected a token below \(limit), found \(found)"
        case .badOperand1(let item, let opcode, let found):
            "item \(item): expected "
                + (opcode.effect.operand1 == .none
                    ? "the neutral gain \(Program.neutralGain)" : "a gain below 256")
                + " as operand 1 of \(opcode.name), found \(found)"
        case .badOperand2(let item, let opcode, let limit, let found):
            "item \(item): expected "
                + (opcode.effect.operand2 == .none
                    ? "0" : "a \(opcode.effect.operand2.name) below \(limit)")
                + " as operand 2 of \(opcode.name), found \(found)"
        case .badOperand3(let item, let opcode, let limit, let found):
            "item \(item): expected "
                + (opcode.effect.operand3 == .none ? "0" : "0 or a further row below \(limit)")
                + " as operand 3 of \(opcode.name), found \(found)"
        case .badPosition(let item, let count, let found):
            "item \(item): expected a position below \(count) that no earlier item has, found \(found)"
        case .stackUnderflow(let item):
            "item \(item): expected a vector on the stack, found none"
        case .stackTooDeep(let item, let limit):
            "item \(item): expected at most \(limit) vectors on the stack, found \(limit + 1)"
        case .stackNotBalanced(let left):
            "end: expected an empty stack, found \(left) vectors"
        case .countChanged(let expected, let found):
            "expected \(expected) items, found \(found)"
        case .tokenChanged(let item, let expected, let found):
            "item \(item): expected token \(expected) of its position, found \(found)"
        }
    }
}

/// What ``Opcode/declaration`` states of an opcode.
public struct OpcodeDeclaration: Sendable {
    /// The name in assembly and rule text.
    public let name: String
    public let operand1: OperandKind
    public let operand2: OperandKind
    /// Vectors that the instruction takes from the stack.
    public let pops: Int
    /// Vectors that the instruction leaves on the stack.
    public let pushes: Int
    /// Constant rows that the instruction reads; a role counts as three.
    public let cost: Int
    /// One line of meaning.
    public let meaning: String
}

/// What ``Opcode/declaration`` states of an opcode.
public struct OpcodeDeclaration: Sendable {
    /// The name in assembly and rule text.
    public let name: String
    public let operand1: OperandKind
    public let operand2: OperandKind
    public let operand3: OperandKind
    /// Vectors that the instruction takes from the stack.
    public let pops: Int
    /// Vectors that the instruction leaves on the stack.
    public let pushes: Int
    /// The most rows that the instruction reads; a role counts as three.
    public let cost: Int
    /// One line of meaning.
    public let meaning: String

    init(
        name: String, operand1: OperandKind, operand2: OperandKind, operand3: OperandKind = .none, pops: Int,
        pushes: Int, cost: Int, meaning: String
    ) {
        self.name = name
        self.operand1 = operand1
        self.operand2 = operand2
        self.operand3 = operand3
        self.pops = pops
        self.pushes = pushes
        self.cost = cost
        self.meaning = meaning
    }
}

/// One item of a program as a value: for traces, printers and tests. The program itself is a structure of arrays.
public struct ProgramItem: Hashable, Sendable {
    /// Token id.
    public var token: UInt32
    /// Position of the token in the window before any rewrite.
    public var position: UInt32
    public var opcode: Opcode
    /// Gain index, 0...255.
    public var operand1: UInt16
    /// Constant row or role.
    public var operand2: UInt32
    /// A further constant row, or 0 for none.
    public var operand3: UInt32

    public init(
        token: UInt32, position: UInt32, opcode: Opcode = .accumulate, operand1: UInt16 = Program.neutralGain,
        operand2: UInt32 = 0, operand3: UInt32 = 0
    ) {
        self.token = token
        self.position = position
        self.opcode = opcode
        self.operand1 = operand1
        self.operand2 = operand2
        self.operand3 = operand3
    }
}

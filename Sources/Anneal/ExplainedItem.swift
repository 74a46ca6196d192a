/// One instruction of an explained program.
public struct ExplainedItem: Sendable, Equatable {
    /// The id of the token that the instruction was widened from.
    public let token: UInt32
    /// The token's piece.
    public let piece: String
    /// The token's number in the text, before any rewrite.
    public let position: Int
    /// The opcode's assembly name.
    public let opcode: String
    /// The gain index, 128 for a gain of one.
    public let operand1: Int
    /// The constant row or role, 0 where the opcode takes none.
    public let operand2: Int
    /// The further constant row of a phrase, 0 for none.
    public let operand3: Int
    /// The factor that the gain index stands for.
    public let gain: Double
    /// The instruction in assembly.
    public let text: String
    /// The instruction's share of the vector: its contribution projected on the vector, over the vector's squared
    /// norm. The shares of a final program sum to 1; of a program that is not the final one they are 0.
    public let share: Double
    /// What the constants stand for, where the model names them; two are joined by ` + `.
    public let constantName: String?
}

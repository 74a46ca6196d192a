/// The sizes of the constants that a program may refer to.
public struct ProgramLimits: Hashable, Sendable {
    public var tokenCount: Int
    /// Constant rows, the tokens' own included: `rowCount >= tokenCount`.
    public var rowCount: Int
    public var roleCount: Int
    /// The most vectors that the stack holds at once.
    public var stackDepthMax: Int

    public init(tokenCount: Int, rowCount: Int, roleCount: Int, stackDepthMax: Int = 8) {
        self.tokenCount = tokenCount
        self.rowCount = rowCount
        self.roleCount = roleCount
        self.stackDepthMax = stackDepthMax
    }
}

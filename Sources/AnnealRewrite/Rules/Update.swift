public import AnnealProgram

/// What becomes of one item: which matched item comes to this place of the action, and what changes in it.
public struct Update: Hashable, Sendable {
    /// Index of the atom whose item comes here.
    public var source: UInt8
    /// The new opcode; nil keeps the item's own. To an item that is a phrase already, `phrase` adds the row of operand 2 as
    /// a further one; where there are two, or this one, nothing changes.
    public var opcode: Opcode?
    /// The new gain index, 0...255; nil keeps it. An opcode that reads no gain gets the neutral one.
    public var operand1: UInt16?
    /// The new row or role; nil keeps it. An opcode that reads neither gets 0.
    public var operand2: UInt32?

    public init(source: UInt8, opcode: Opcode? = nil, operand1: UInt16? = nil, operand2: UInt32? = nil) {
        self.source = source
        self.opcode = opcode
        self.operand1 = operand1
        self.operand2 = operand2
    }

    /// The item after the update.
    /// - Complexity: O(1).
    public func applied(to item: ProgramItem) -> ProgramItem {
        var result = item
        if let opcode { result.opcode = opcode }
        if let operand1 { result.operand1 = operand1 }
        if let operand2 {
            if item.opcode == .phrase, opcode == .phrase {
                let isFull = item.operand3 != 0
                if !isFull, item.operand2 != operand2 { result.operand3 = operand2 }
            } else {
                result.operand2 = operand2
            }
        }
        if result.opcode.effect.operand1 == .none { result.operand1 = Program.neutralGain }
        if result.opcode.effect.operand2 == .none { result.operand2 = 0 }
        if result.opcode.effect.operand3 == .none { result.operand3 = 0 }
        return result
    }
}

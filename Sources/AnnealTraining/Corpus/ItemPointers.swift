import AnnealProgram

/// Where the items of a text lie, as ``RewrittenCorpus`` and a batch keep them.
struct ItemPointers {
    let tokens: UnsafePointer<UInt32>
    let opcodes: UnsafePointer<UInt8>
    let rows: UnsafePointer<UInt32>

    /// What an item does with its token and its row.
    /// - Precondition: the opcode is one that is declared, as those of programs are.
    @inline(__always)
    func effect(of item: Int) -> OpcodeEffect { Opcode(rawValue: opcodes[item])?.effect ?? Opcode.skip.effect }

    /// Whether an item's token is part of the others' context.
    @inline(__always)
    func isLive(_ item: Int) -> Bool {
        !effect(of: item).isNothing && tokens[item] != RewrittenCorpus.none
    }

    func advanced(by items: Int) -> ItemPointers {
        ItemPointers(tokens: tokens + items, opcodes: opcodes + items, rows: rows + items)
    }
}

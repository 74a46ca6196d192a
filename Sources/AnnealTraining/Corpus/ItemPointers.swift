import AnnealProgram

/// Where the items of a text lie, as ``RewrittenCorpus`` and a batch keep them.
struct ItemPointers {
    let tokens: UnsafePointer<UInt32>
    let opcodes: UnsafePointer<UInt8>
    let rows: UnsafePointer<UInt32>

    /// Whether an item's token is part of the others' context.
    @inline(__always)
    func isLive(_ item: Int) -> Bool {
        opcodes[item] != Opcode.skip.rawValue && tokens[item] != RewrittenCorpus.none
    }

    func advanced(by items: Int) -> ItemPointers {
        ItemPointers(tokens: tokens + items, opcodes: opcodes + items, rows: rows + items)
    }
}

/// Where the items of a text lie, as ``RewrittenCorpus`` and a batch keep them.
struct ItemPointers {
    let tokens: UnsafePointer<UInt32>
    let opcodes: UnsafePointer<UInt8>
    let rows: UnsafePointer<UInt32>

    func advanced(by items: Int) -> ItemPointers {
        ItemPointers(tokens: tokens + items, opcodes: opcodes + items, rows: rows + items)
    }
}

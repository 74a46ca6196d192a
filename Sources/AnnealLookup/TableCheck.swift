import AnnealGGUF
public import AnnealPlatform

/// A table compared with the model file that it was made of, row by row.
public struct TableCheck: Sendable {
    /// What is wrong, a line each.
    public private(set) var problems: [String] = []
    /// Entries whose piece the vocabulary has, and whose row is the model's bit for bit.
    public private(set) var sound = 0
    /// Problems that are told one by one.
    private static let told = 10

    /// - Parameter progress: gets how many pieces were compared.
    /// - Complexity: O(pieces + entries · width · dimension).
    /// - Throws: ``LookupError`` of the model file, or `otherModel`.
    public init(_ table: LookupTable, model path: Path, progress: (Int) -> Void) throws(LookupError) {
        let model = try ModelRows(path)
        try Lookup.check(model, of: table)
        let map = table.trailer?.alignment?.map
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: model.width)
        let made = UnsafeMutableBufferPointer<Float>.allocate(capacity: table.dimension)
        let stored = UnsafeMutableBufferPointer<Float>.allocate(capacity: table.dimension)
        defer { for buffer in [row, made, stored] { buffer.deallocate() } }
        for buffer in [row, made, stored] { buffer.initialize(repeating: 0) }
        var isFound = [Bool](repeating: false, count: table.count)
        var wrong = 0
        for id in 0..<UInt32(model.vocabulary.count) {
            if id % 1024 == 0 { progress(Int(id)) }
            guard let entry = model.vocabulary.withBytes(of: id, { table.find($0) }) else { continue }
            isFound[entry] = true
            try model.read(id, into: row)
            if let map { map.apply(to: row, into: made) } else { _ = made.update(fromContentsOf: row) }
            try table.readRow(entry, into: stored)
            let differing = made.indices.first { made[$0].bitPattern != stored[$0].bitPattern }
            guard let differing else {
                sound += 1
                continue
            }
            wrong += 1
            if wrong <= Self.told {
                problems.append(
                    "entry \(entry), \(model.vocabulary.piece(id)): column \(differing) is \(stored[differing]), the model "
                        + "gives \(made[differing])")
            }
        }
        if wrong > Self.told { problems.append("\(wrong - Self.told) more rows that are not the model's") }
        let absent = isFound.count { !$0 }
        if absent > 0 { problems.append("\(absent) entries are of no piece of the vocabulary") }
    }
}

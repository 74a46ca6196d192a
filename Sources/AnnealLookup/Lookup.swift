public import AnnealGGUF
public import AnnealPlatform

/// A table of frequent rows, and the model file that it was made of for the others: vectors of texts in bounded memory.
///
/// ```swift
/// let lookup = try Lookup(table: "words.embd", model: "model.gguf")
/// let reader = lookup.makeReader()
/// var vector = [Float](repeating: 0, count: lookup.dimension)
/// try vector.withUnsafeMutableBufferPointer { try reader.embed("no neural network runs", into: $0) }
/// ```
///
/// Without a model file a text is cut into pieces of the table, the longest from the left.
///
/// Immutable, for any number of threads; each has a reader of its own.
public final class Lookup: Sendable {
    /// The table.
    public let table: LookupTable
    /// Numbers of a vector.
    public var dimension: Int { table.dimension }

    /// What of the model file all readers share.
    struct Source: Sendable {
        let file: GGUFFile.Shared
        let vocabulary: GGUFVocabulary
        let tensor: GGUFTensor
    }

    let model: Source?
    /// What the row of each entry counts.
    let weights: [Float]
    let fallback: NgramFallback

    /// Opens a table, and the model file that it was made of.
    /// - Parameters:
    ///   - model: nil to use the table alone.
    ///   - workingMemory: bytes that a reader may hold beside the table and the vocabulary.
    ///   - vocabularyMemory: bytes that the vocabulary may take, see ``GGUFLimits/vocabularyMemory``.
    /// - Complexity: O(bytes of the table and of the vocabulary).
    /// - Throws: ``LookupError``: what is wrong with a file; `otherModel` if the table was made of another.
    public convenience init(
        table: Path, model: Path? = nil, access: LookupTable.Access = .memory,
        workingMemory: Int = GGUFLimits().workingMemory, vocabularyMemory: Int = GGUFLimits().vocabularyMemory
    ) throws(LookupError) {
        try self.init(
            table: LookupTable(table, access: access), model: model, workingMemory: workingMemory,
            vocabularyMemory: vocabularyMemory)
    }

    /// As ``init(table:model:access:workingMemory:vocabularyMemory:)`` with a table that is open.
    public init(
        table: LookupTable, model: Path? = nil, workingMemory: Int = GGUFLimits().workingMemory,
        vocabularyMemory: Int = GGUFLimits().vocabularyMemory
    ) throws(LookupError) {
        self.table = table
        self.model = try model.map { (path) throws(LookupError) in
            let rows = try ModelRows(
                path, limits: GGUFLimits(workingMemory: workingMemory, vocabularyMemory: vocabularyMemory))
            try Self.check(rows, of: table)
            return Source(file: rows.file.shared, vocabulary: rows.vocabulary, tensor: rows.tensor)
        }
        weights = (0..<table.count).map { table.weight(frequency: table.frequency(of: $0)) }
        let length: Float
        if let trailer = table.trailer { length = trailer.rowLength } else { length = try Self.meanLength(table) }
        fallback = NgramFallback(weights: table.trailer?.gramWeights ?? [], length: length)
    }

    /// Bytes that the vocabulary of the model file takes; 0 without one.
    public var vocabularyMemory: Int { model?.vocabulary.memory ?? 0 }

    /// What one thread embeds with.
    public func makeReader() -> LookupReader { LookupReader(self) }

    static func check(_ rows: ModelRows, of table: LookupTable) throws(LookupError) {
        guard let trailer = table.trailer else {
            guard rows.width == table.dimension else {
                throw LookupError(
                    .otherModel, table.path, "dimension", 12, expected: "\(rows.width), as \(rows.file.path) has",
                    found: "\(table.dimension)")
            }
            return
        }
        guard trailer.modelWidth == rows.width, trailer.modelPrint == (try rows.print()) else {
            throw LookupError(
                .otherModel, table.path, "trailer: print of the model", table.layout.end + 40,
                expected: "that of \(rows.file.path)", found: "a table made of another model")
        }
    }

    /// Of a table that does not say.
    private static func meanLength(_ table: LookupTable) throws(LookupError) -> Float {
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: table.dimension)
        defer { row.deallocate() }
        row.initialize(repeating: 0)
        var sum = 0.0
        for entry in 0..<table.count {
            try table.readRow(entry, into: row)
            sum += row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
        return Float(sum / Double(table.count))
    }
}

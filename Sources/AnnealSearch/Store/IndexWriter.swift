import AnnealFormats

/// An open transaction of an index.
protocol IndexWriter {
    /// All documents that the index holds.
    func documents() throws -> [StoredDocument]
    func remove(_ documents: [StoredDocument]) throws
    /// Keeps documents whose files look different and read the same.
    func confirm(_ documents: [(stored: StoredDocument, file: FoundFile)]) throws
    /// Puts documents in, without passages yet; those with the same paths are replaced.
    /// - Returns: their numbers.
    func replace(_ documents: [PendingDocument]) throws -> [Int64]
    /// Adds passages with their words and vectors.
    /// - Parameters:
    ///   - vectors: one row of the model's dimension a passage.
    ///   - threads: threads that make codes of them, if the index has codes.
    func add(_ passages: ArraySlice<(document: Int64, passage: Passage)>, vectors: Matrix, threads: Int) throws
    /// Called after the last document: makes what costs less at once than bit by bit.
    func complete() throws
}

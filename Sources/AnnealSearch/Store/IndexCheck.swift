public import AnnealPlatform

/// What a check of an index file has found sound.
///
///     let check = try IndexCheck(path: "docs.db")
public struct IndexCheck: Sendable, Equatable {
    public let documents: Int
    public let passages: Int
    /// Whether the words had a checksum to be compared with: not in an index whose last run was stopped, nor in one that
    /// was made before there were checksums.
    public let isSealed: Bool

    init(documents: Int, passages: Int, isSealed: Bool) {
        self.documents = documents
        self.passages = passages
        self.isSealed = isSealed
    }

    /// Reads a whole index file. Needs no model.
    /// - Complexity: O(index).
    /// - Throws: ``IndexError/damaged(path:message:)`` with the first fault; other cases of ``IndexError`` for what is no
    ///   index.
    public init(path: Path) throws(IndexError) {
        let store = try SQLiteStore(opening: path)
        self = try store.check()
        try store.close()
    }
}

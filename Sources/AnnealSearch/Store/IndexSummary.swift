public import AnnealPlatform

/// What an indexing run did.
public struct IndexSummary: Sendable, Equatable {
    /// Files that were new or had changed.
    public internal(set) var indexed = 0
    /// Files that were there already, with the same content.
    public internal(set) var unchanged = 0
    /// Files that are gone from the folders, and so from the index.
    public internal(set) var removed = 0
    /// Files and folders that ignore files or patterns have taken out.
    public internal(set) var ignored = 0
    /// Files that hold nothing to index, with the reason.
    public internal(set) var passedOver: [PassedOverFile] = []
    /// Files among ``indexed`` that are UTF-8 but for some places, which were read as U+FFFD.
    public internal(set) var repaired: [Repaired] = []
    /// Passages that were written.
    public internal(set) var passages = 0
    /// What could not be read, with the reason. It stays in the index as it was.
    public internal(set) var failures: [Failure] = []

    public struct Repaired: Sendable, Equatable {
        public let path: Path
        public let places: Int
    }

    public struct Failure: Sendable, Equatable {
        public let path: Path
        public let message: String
    }
}

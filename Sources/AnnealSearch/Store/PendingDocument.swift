/// A document that has been read and cut, and waits for the next transaction.
struct PendingDocument {
    let file: FoundFile
    let hash: String
    /// Whether it holds zeros, as no text does.
    let isBinary: Bool
    let passages: [Passage]
}

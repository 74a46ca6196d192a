/// A document that has been read, and waits for the next transaction.
struct PendingDocument {
    let file: FoundFile
    let hash: String
    let text: String
}

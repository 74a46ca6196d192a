/// A document that has been read, and waits for the next transaction.
struct PendingDocument {
    let file: FoundFile
    let hash: String
    let text: String
    /// Places that were no UTF-8, and are U+FFFD in the text.
    let replacements: Int
}

/// A file that is to be indexed, as the file system described it.
struct FoundFile: Sendable {
    /// Absolute, without symbolic links in its folders.
    let path: String
    let kind: DocumentKind
    let size: Int
    let modifiedNanoseconds: Int
}

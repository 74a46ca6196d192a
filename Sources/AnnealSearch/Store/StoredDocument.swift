import AnnealPlatform

/// What the index knows of a document's file.
struct StoredDocument {
    let id: Int64
    let path: Path
    let kind: String
    let size: Int
    let modifiedNanoseconds: Int
    /// 0 where it is not known.
    let changedNanoseconds: Int
    let hash: String

    /// Whether the file looks as it did, so that it need not be read.
    func looksLike(_ file: FoundFile) -> Bool {
        kind == file.kind.rawValue && size == file.size && modifiedNanoseconds == file.modifiedNanoseconds
            && changedNanoseconds == file.changedNanoseconds && changedNanoseconds != 0
    }
}

/// One evaluation set on disk.
public struct EvalTask: Sendable, Hashable {
    public let kind: EvalKind
    /// The file's name without its ending, or the folder's name.
    public let name: String
    /// The file, or for retrieval the folder.
    public let path: String
}

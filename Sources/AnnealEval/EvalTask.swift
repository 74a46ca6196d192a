public import AnnealPlatform

/// One evaluation set on disk.
public struct EvalTask: Sendable, Hashable {
    public let kind: EvalKind
    /// The file's name without its ending, or the folder's name.
    public let name: String
    /// The file, or for retrieval the folder.
    public let path: Path

    /// The texts that its score needs vectors of.
    /// - Throws: ``EvalError``.
    func texts() throws(EvalError) -> [String] {
        if kind == .retrieval {
            let set = try RetrievalSet(directory: path)
            return set.texts + set.queries.map(\.text)
        }
        let file = try TSVFile(path: path)
        var texts: [String] = []
        for column in kind.textColumns { texts += try file.column(column) }
        return texts
    }
}

/// Where an index lies.
public enum IndexLocation: Sendable {
    /// An SQLite file.
    case file(String)
    /// A schema of a PostgreSQL database with pgvector.
    case postgres(PostgresURL)

    /// Opens an index that exists.
    func open() throws(IndexError) -> any IndexStore {
        switch self {
        case .file(let path): try SQLiteStore(opening: path)
        case .postgres(let url): try PostgresStore(opening: url)
        }
    }

    /// Opens an index for a model, and makes it first if there is none.
    /// - Parameters:
    ///   - anyModel: whether an index of another model is taken, to be made anew.
    ///   - pagesMax: the most pages that a file may grow to; nil for no limit.
    func open(
        for model: ModelIdentity, anyModel: Bool, pagesMax: Int? = nil
    ) throws(IndexError) -> any IndexStore {
        switch self {
        case .file(let path): try SQLiteStore(path: path, model: model, anyModel: anyModel, pagesMax: pagesMax)
        case .postgres(let url): try PostgresStore(url, model: model, anyModel: anyModel)
        }
    }
}

public import AnnealPlatform

/// Where an index lies.
public enum IndexLocation: Sendable {
    /// An SQLite file.
    case file(Path)
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
    ///   - vectors: how they are kept; nil for as the index has them, or in bytes.
    ///   - anyModel: whether an index of another model is taken, to be made anew.
    ///   - pagesMax: the most pages that a file may grow to; nil for no limit.
    func open(
        for model: ModelIdentity, vectors: VectorStorage?, anyModel: Bool, pagesMax: Int? = nil
    ) throws(IndexError) -> any IndexStore {
        switch self {
        case .file(let path):
            return try SQLiteStore(
                path: path, model: model, vectors: vectors, anyModel: anyModel, pagesMax: pagesMax)
        case .postgres(let url):
            if let vectors, vectors.codes != nil {
                throw .otherStorage(
                    path: url.description, expected: "vectors in numbers of 32 bits, as pgvector has them",
                    found: "\(vectors)")
            }
            return try PostgresStore(url, model: model, anyModel: anyModel)
        }
    }

    /// The files of an index, under the names that a walk finds them by. None lie in a database.
    var files: [Path] {
        guard case .file(let path) = self, let real = try? Files.realPath(of: path) else { return [] }
        return [real, SQLiteFile.log(of: real), SQLiteFile.logIndex(of: real)]
    }

    /// Removes an index: the file with its logs, or the schema.
    /// - Throws: ``IndexError``, for a schema also if there is none or something else depends on it.
    public func remove() throws(IndexError) {
        switch self {
        case .file(let path):
            for file in [path, SQLiteFile.log(of: path), SQLiteFile.logIndex(of: path)] {
                do throws(FileError) { try Files.remove(file) } catch {
                    if !error.error.isMissing { throw .store(path: "\(file)", message: "\(error.error)") }
                }
            }
        case .postgres(let url): try PostgresStore(opening: url).remove()
        }
    }
}

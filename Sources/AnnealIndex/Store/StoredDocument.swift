import GRDB

/// What the index knows of a document's file.
struct StoredDocument {
    let id: Int64
    let path: String
    let kind: String
    let size: Int
    let modifiedNanoseconds: Int
    let hash: String

    static func all(_ db: Database) throws -> [StoredDocument] {
        let rows = try Row.fetchCursor(db, sql: "SELECT id, path, kind, size, modified_ns, hash FROM document")
        var documents: [StoredDocument] = []
        while let row = try rows.next() {
            documents.append(
                StoredDocument(
                    id: row[0], path: row[1], kind: row[2], size: row[3], modifiedNanoseconds: row[4], hash: row[5]))
        }
        return documents
    }

    /// Whether the file looks as it did, so that it need not be read.
    func looksLike(_ file: FoundFile) -> Bool {
        kind == file.kind.rawValue && size == file.size && modifiedNanoseconds == file.modifiedNanoseconds
    }
}

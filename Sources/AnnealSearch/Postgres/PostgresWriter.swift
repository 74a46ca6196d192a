import AnnealFormats
import AnnealPlatform

/// An open transaction of an index in PostgreSQL.
struct PostgresWriter: IndexWriter {
    let connection: PostgresConnection
    let dimension: Int

    func documents() throws -> [StoredDocument] {
        let rows = try connection.execute("SELECT id, path, kind, size, modified_ns, changed_ns, hash FROM document")
        return (0..<rows.count).compactMap { row in
            guard let id = rows.integer(row, 0), let path = rows.text(row, 1), let kind = rows.text(row, 2),
                let size = rows.integer(row, 3), let modified = rows.integer(row, 4),
                let changed = rows.integer(row, 5), let hash = rows.text(row, 6)
            else { return nil }
            return StoredDocument(
                id: id, path: Path(stored: path), kind: kind, size: Int(size), modifiedNanoseconds: Int(modified),
                changedNanoseconds: Int(changed), hash: hash)
        }
    }

    func remove(_ documents: [StoredDocument]) throws {
        try connection.execute(
            "DELETE FROM document WHERE id = ANY($1::bigint[])", [PostgresArray.of(documents.map(\.id))])
    }

    func confirm(_ documents: [(stored: StoredDocument, file: FoundFile)]) throws {
        func array(_ number: (StoredDocument, FoundFile) -> Int) -> String {
            PostgresArray.of(documents.map { Int64(number($0.stored, $0.file)) })
        }
        try connection.execute(
            PostgresSchema.confirm,
            [
                array { stored, _ in Int(stored.id) }, array { _, file in file.size },
                array { _, file in file.modifiedNanoseconds }, array { _, file in file.changedNanoseconds },
            ])
    }

    func replace(_ documents: [PendingDocument]) throws -> [Int64] {
        try connection.execute(
            "DELETE FROM document WHERE path = ANY($1::text[])", [PostgresArray.of(documents.map(\.file.path.stored))])
        let ids = try numbers(documents.count)
        var rows = CopyRows()
        for (id, document) in zip(ids, documents) {
            rows.row(fields: 7)
            rows.value(id)
            rows.value(document.file.path.stored)
            rows.value(document.file.kind.rawValue)
            rows.value(Int64(document.file.size))
            rows.value(Int64(document.file.modifiedNanoseconds))
            rows.value(Int64(document.file.changedNanoseconds))
            rows.value(document.hash)
        }
        try connection.copy(
            "COPY document(id, path, kind, size, modified_ns, changed_ns, hash) FROM STDIN (FORMAT binary)", rows)
        return ids
    }

    func add(_ passages: ArraySlice<(document: Int64, passage: Passage)>, vectors: Matrix, threads: Int) throws {
        try connection.execute(PostgresSchema.incoming)
        try connection.execute("TRUNCATE incoming")
        var rows = CopyRows()
        for ((row, id), (document, passage)) in zip(try numbers(passages.count).enumerated(), passages) {
            rows.row(fields: 7)
            rows.value(id)
            rows.value(document)
            rows.value(Int32(clamping: passage.line))
            rows.value(passage.heading)
            rows.value(passage.text)
            rows.value(PostgresWords.text(passage.heading + " " + passage.text))
            rows.vector(UnsafeBufferPointer(start: vectors.row(row), count: dimension))
        }
        try connection.copy("COPY incoming FROM STDIN (FORMAT binary)", rows)
        try connection.execute(PostgresSchema.store)
    }

    /// Makes the graph of the vectors, if there is none yet.
    func complete() throws {
        guard dimension <= PostgresSchema.graphDimensionMax else { return }
        try connection.execute(PostgresSchema.graph)
    }

    /// Numbers that were never used, ascending.
    private func numbers(_ count: Int) throws -> [Int64] {
        let rows = try connection.execute("SELECT nextval('number') FROM generate_series(1, $1)", ["\(count)"])
        return (0..<rows.count).compactMap { rows.integer($0, 0) }
    }
}

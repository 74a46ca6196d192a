import AnnealPlatform

/// An index in a PostgreSQL database: vectors under pgvector's HNSW graph, words under a GIN index.
///
/// - Source: https://github.com/pgvector/pgvector; Malkov and Yashunin, Efficient and robust approximate nearest
///   neighbor search using hierarchical navigable small world graphs, 2018, https://arxiv.org/abs/1603.09320
final class PostgresStore: IndexStore {
    let model: ModelIdentity
    var codes: IndexCodes? { nil }
    private let connection: PostgresConnection
    private let schema: String

    var place: String { connection.url.description }

    /// Passages that a search of the graph keeps in view: it finds no more than these, and the more the surer.
    private static let viewMin = 400
    /// pgvector's limit.
    private static let viewMax = 1000

    /// Opens an index that exists.
    init(opening url: PostgresURL) throws(IndexError) {
        connection = try PostgresConnection(url, library: PostgresLibrary.load())
        schema = url.schema
        guard let settings = try PostgresStore.settings(connection) else { throw .notFound(path: url.description) }
        model = try ModelIdentity(settings: settings, place: url.description)
        try findExtension(creating: false)
    }

    /// Opens an index for a model, and makes it first if there is none.
    /// - Parameter anyModel: whether an index of another model is taken, to be made anew.
    init(_ url: PostgresURL, model: ModelIdentity, anyModel: Bool) throws(IndexError) {
        connection = try PostgresConnection(url, library: PostgresLibrary.load())
        schema = url.schema
        self.model = model
        try connection.transaction {
            try lock()
            if let settings = try PostgresStore.settings(connection) {
                try findExtension(creating: false)
                if !anyModel {
                    try checkModel(settings)
                    try addChangeTimes()
                }
            } else {
                try findExtension(creating: true)
                try create()
            }
        }
        // Again: an error would have undone it with the transaction.
        try findExtension(creating: false)
    }

    /// One program writes at a time; the lock ends with the transaction.
    private func lock() throws(IndexError) {
        try connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", ["anneal index \(schema)"])
    }

    /// The settings of the index; nil if there is none.
    /// - Throws: ``IndexError`` for a schema of something else, or a newer index.
    private static func settings(_ connection: PostgresConnection) throws(IndexError) -> [String: String]? {
        let (schema, place) = (connection.url.schema, connection.url.description)
        let relations = try connection.execute(PostgresSchema.relations, [schema])
        guard let count = relations.integer(0, 0), count > 0 else { return nil }
        let foreign = IndexError.notAnIndex(path: place, found: "a schema \(schema) of another program")
        guard relations.text(0, 1) == "t" else { throw foreign }
        let rows = try connection.execute("SELECT name::text, value::text FROM \(schema).setting")
        var settings: [String: String] = [:]
        for row in 0..<rows.count { settings[rows.text(row, 0) ?? ""] = rows.text(row, 1) }
        guard settings["application"] == PostgresSchema.application else { throw foreign }
        let version = settings["version"].flatMap { Int($0) }
        guard let version else { throw .damaged(path: place, message: "expected a version, found none") }
        guard version <= PostgresSchema.version else {
            throw .newerVersion(path: place, supported: PostgresSchema.version, found: version)
        }
        return settings
    }

    /// Adds the column to an index of a program that did not have it. What is there is read again.
    private func addChangeTimes() throws(IndexError) {
        // Looked for first: only who owns the table may alter it, even for nothing.
        guard try connection.execute(PostgresSchema.changeTimes, [schema]).count == 0 else { return }
        try connection.execute("ALTER TABLE \(schema).document ADD COLUMN changed_ns bigint NOT NULL DEFAULT 0")
    }

    private func checkModel(_ settings: [String: String]) throws(IndexError) {
        let found = try ModelIdentity(settings: settings, place: place)
        guard found == model else { throw .otherModel(path: place, expected: found.hash, found: model.hash) }
    }

    /// Puts the schemas of the index and of pgvector on the search path, and no other.
    private func findExtension(creating: Bool) throws(IndexError) {
        let found = try connection.execute(
            "SELECT quote_ident(nspname), extversion FROM pg_extension "
                + "JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'")
        guard found.count > 0, let home = found.text(0, 0), let version = found.text(0, 1) else {
            guard creating else { throw .noExtension(path: place, message: "found none in the database") }
            do throws(IndexError) {
                try connection.execute("CREATE EXTENSION vector SCHEMA public")
            } catch .store(_, let message) {
                throw .noExtension(path: place, message: message)
            }
            return try findExtension(creating: false)
        }
        let parts = version.split(separator: ".").map { Int($0) ?? 0 } + [0, 0]
        guard (parts[0], parts[1]) >= PostgresSchema.extensionMin else {
            throw .noExtension(path: place, message: "found \(version)")
        }
        try connection.execute("SET search_path = \(schema), \(home)")
    }

    /// Makes the schema, unless an administrator has made it already, and the tables.
    private func create() throws(IndexError) {
        let found = try connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema])
        if found.count == 0 { try connection.execute("CREATE SCHEMA \(schema)") }
        for statement in PostgresSchema.tables(dimension: model.dimension) { try connection.execute(statement) }
        let settings =
            [("application", PostgresSchema.application), ("version", "\(PostgresSchema.version)")] + model.settings
        for (name, value) in settings {
            try connection.execute("INSERT INTO setting VALUES ($1, $2)", [name, value])
        }
    }

    func change(_ body: (any IndexWriter) throws -> Void) throws(IndexError) {
        try connection.transaction {
            try lock()
            // Another program may have made the index anew since it was opened, or removed it.
            guard let settings = try PostgresStore.settings(connection) else { throw IndexError.notFound(path: place) }
            try checkModel(settings)
            try body(PostgresWriter(connection: connection, dimension: model.dimension))
        }
    }

    /// The old tables are renamed at first and dropped at last; nobody else sees either before the transaction ends.
    func renew(_ body: (any IndexWriter) throws -> Void) throws(IndexError) {
        let old = schema + "_replaced"
        try connection.transaction {
            try lock()
            try connection.execute("ALTER SCHEMA \(schema) RENAME TO \(old)")
            try create()
            try connection.execute("SELECT setval('number', last_value, is_called) FROM \(old).number")
            try body(PostgresWriter(connection: connection, dimension: model.dimension))
            for statement in PostgresSchema.removal(of: old) { try connection.execute(statement) }
        }
    }

    /// Removes the index, the schema included.
    func remove() throws(IndexError) {
        try connection.transaction {
            try lock()
            for statement in PostgresSchema.removal(of: schema) { try connection.execute(statement) }
        }
    }

    /// Never: nothing is kept here, and names are looked up anew for each search.
    func hasChanged() -> Bool { false }

    /// Nothing: the server searches.
    func load(vectors: Bool, words: Bool, threads: Int) {}

    func counts() throws(IndexError) -> (documents: Int, passages: Int) {
        let counts = try connection.execute(
            "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM passage)")
        return (Int(counts.integer(0, 0) ?? 0), Int(counts.integer(0, 1) ?? 0))
    }

    /// Asks the graph; without one, or where the server expects it to be quicker, all vectors are compared.
    func nearest(_ vector: [Float], limit: Int, threads: Int) throws(IndexError) -> [Scored] {
        let view = min(PostgresStore.viewMax, max(PostgresStore.viewMin, limit))
        try connection.execute("SET hnsw.ef_search = \(view)")
        let rows = try connection.execute(PostgresSchema.nearest, [PostgresArray.vector(vector), "\(limit)"])
        if rows.count > 0, let found = rows.text(0, 2), found != model.hash {
            throw .otherModel(path: place, expected: found, found: model.hash)
        }
        return scored(rows)
    }

    func cosines(of passages: [Int64], with vector: [Float]) throws(IndexError) -> [Int64: Double]? {
        if passages.isEmpty { return [:] }
        let rows = try connection.execute(
            PostgresSchema.cosines, [PostgresArray.vector(vector), PostgresArray.of(passages)])
        return Dictionary(uniqueKeysWithValues: scored(rows).map { ($0.passage, $0.score) })
    }

    /// Ranks by `ts_rank`: PostgreSQL has no BM25, and rare words weigh no more than common ones.
    func worded(
        _ query: String, limit: Int, others: [Int64], besideVectors: Bool
    ) throws(IndexError) -> [Scored] {
        guard let words = PostgresWords.query(query) else { return [] }
        return scored(
            try connection.execute(PostgresSchema.worded, [words, "\(limit)", PostgresArray.of(others)]))
    }

    /// Best first; equal scores by passage.
    private func scored(_ rows: PostgresResult) -> [Scored] {
        (0..<rows.count).compactMap { row in
            guard let id = rows.integer(row, 0), let score = rows.number(row, 1) else { return nil }
            return (id, score)
        }.sorted { $0.score != $1.score ? $0.score > $1.score : $0.passage < $1.passage }
    }

    func passages(_ ids: [Int64]) throws(IndexError) -> [Int64: (path: Path, passage: Passage)] {
        let rows = try connection.execute(PostgresSchema.passages, [PostgresArray.of(ids)])
        var found: [Int64: (path: Path, passage: Passage)] = [:]
        for row in 0..<rows.count {
            guard let id = rows.integer(row, 0), let path = rows.text(row, 1), let heading = rows.text(row, 2),
                let text = rows.text(row, 3), let line = rows.integer(row, 4)
            else { continue }
            found[id] = (Path(stored: path), Passage(heading: heading, text: text, line: Int(line)))
        }
        return found
    }

    /// Nothing: the connection ends with the object.
    func close() {}
}

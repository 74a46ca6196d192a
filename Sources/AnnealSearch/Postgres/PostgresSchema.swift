/// The tables of an index in PostgreSQL. They have a schema of their own, which holds nothing else.
enum PostgresSchema {
    /// Changes when a program that knows an older one would misread the tables.
    static let version = 1
    /// What the setting `application` says, so that no other program's tables are taken for an index.
    static let application = "anneal index"
    /// pgvector makes no graph of longer vectors; those are scanned.
    static let graphDimensionMax = 2000
    /// The oldest pgvector with such graphs.
    static let extensionMin = (major: 0, minor: 5)

    /// The statements that make the tables in the first schema of the search path.
    static func tables(dimension: Int) -> [String] {
        [
            "CREATE TABLE setting(name text PRIMARY KEY, value text NOT NULL)",
            // Numbers of documents and passages; none is used twice, even when the index is made anew.
            "CREATE SEQUENCE number",
            """
            CREATE TABLE document(
                id bigint PRIMARY KEY,
                path text NOT NULL UNIQUE,
                kind text NOT NULL,
                size bigint NOT NULL,
                modified_ns bigint NOT NULL,
                changed_ns bigint NOT NULL DEFAULT 0,
                hash text NOT NULL)
            """,
            // Without an embedding: a passage without a known word, which is near to nothing.
            """
            CREATE TABLE passage(
                id bigint PRIMARY KEY,
                document bigint NOT NULL REFERENCES document(id) ON DELETE CASCADE,
                line integer NOT NULL,
                heading text NOT NULL,
                text text NOT NULL,
                words tsvector NOT NULL,
                embedding vector(\(dimension)))
            """,
            "CREATE INDEX passage_document ON passage(document)",
            // English stems as in an index file, and no list of words that are passed over: queries have their own.
            "CREATE TEXT SEARCH DICTIONARY stem (TEMPLATE = snowball, LANGUAGE = english)",
            "CREATE TEXT SEARCH CONFIGURATION words (PARSER = \"default\")",
            """
            ALTER TEXT SEARCH CONFIGURATION words
                ADD MAPPING FOR asciiword, word, numword, int, uint, float, sfloat, version WITH stem
            """,
            "CREATE INDEX passage_words ON passage USING gin (words)",
        ]
    }

    /// Made when the passages are there: at once it takes a fraction of the time that it takes row by row. From then on
    /// it is kept up.
    static let graph = """
        CREATE INDEX IF NOT EXISTS passage_embedding ON passage USING hnsw (embedding vector_cosine_ops)
        """

    /// `$1` a schema: a row if its documents have the times of their files' changes, which older indexes have not.
    static let changeTimes = """
        SELECT 1 FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = $1 AND relname = 'document' AND attname = 'changed_ns' AND NOT attisdropped
        """

    /// `$1` numbers of documents, `$2` to `$4` what their files look like now.
    static let confirm = """
        UPDATE document SET size = new.size, modified_ns = new.modified_ns, changed_ns = new.changed_ns
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS new(id, size, modified_ns, changed_ns)
        WHERE document.id = new.id
        """

    /// `$1` a schema: its relations, and whether one of them can be the settings of an index.
    static let relations = """
        SELECT count(*), bool_or(relname = 'setting' AND 2 = (
            SELECT count(*) FROM pg_attribute WHERE attrelid = pg_class.oid AND attname IN ('name', 'value')))
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = $1
        """

    /// The statements that remove a schema of ours. Without CASCADE: if others made things that depend on it, they fail.
    static func removal(of schema: String) -> [String] {
        [
            "DROP TABLE \(schema).passage, \(schema).document, \(schema).setting",
            "DROP SEQUENCE \(schema).number",
            "DROP TEXT SEARCH CONFIGURATION \(schema).words",
            "DROP TEXT SEARCH DICTIONARY \(schema).stem",
            "DROP SCHEMA \(schema)",
        ]
    }

    /// Stores what was copied into `incoming`, a table of the connection.
    static let incoming = """
        CREATE TEMPORARY TABLE IF NOT EXISTS incoming(
            id bigint, document bigint, line integer, heading text, text text, words text, embedding vector)
        """
    static let store = """
        INSERT INTO passage(id, document, line, heading, text, words, embedding)
        SELECT id, document, line, heading, text, to_tsvector('words', words), embedding FROM incoming
        """

    /// `$1` a vector, `$2` how many. With the model, in case another program has made the index anew.
    static let nearest = """
        SELECT id, 1 - (embedding <=> $1), (SELECT value FROM setting WHERE name = 'model')
        FROM passage WHERE embedding IS NOT NULL ORDER BY embedding <=> $1 LIMIT $2
        """

    /// `$1` a vector, `$2` an array of numbers.
    static let cosines = """
        SELECT id, 1 - (embedding <=> $1) FROM passage WHERE id = ANY($2::bigint[]) AND embedding IS NOT NULL
        """

    /// `$1` words as a query of PostgreSQL, `$2` how many, `$3` an array of numbers of passages that are scored too. Scores
    /// are divided by 1 + the logarithm of the passage's length.
    static let worded = """
        (SELECT id, ts_rank(words, query, 1) AS score FROM passage, to_tsquery('words', $1) AS query
        WHERE words @@ query ORDER BY score DESC, id LIMIT $2)
        UNION
        SELECT id, ts_rank(words, query, 1) FROM passage, to_tsquery('words', $1) AS query
        WHERE id = ANY($3::bigint[]) AND words @@ query
        """

    /// `$1` an array of numbers.
    static let passages = """
        SELECT passage.id, path, heading, text, line FROM passage JOIN document ON document.id = passage.document
        WHERE passage.id = ANY($1::bigint[])
        """
}

import Testing

@testable import AnnealSearch

/// What the PostgreSQL store does before it talks to a server. With a server: `Tests/SearchCheck/postgres.py`.
@Suite struct PostgresTests {
    @Test(
        "an address is shown without its password, and libpq gets all of it but the schema",
        arguments: [
            ("postgres://db/texts", "postgres://db/texts", "postgres://db/texts", "anneal"),
            (
                "postgres://me:secret@db:5433/texts?schema=manuals", "postgres://me@db:5433/texts?schema=manuals",
                "postgres://me:secret@db:5433/texts", "manuals"
            ),
            (
                "postgresql://me:a%40b@[::1]:5432,other:5433/t?sslmode=require&password=hidden&schema=a_1&sslkey=k",
                "postgresql://me@[::1]:5432,other:5433/t?sslmode=require&schema=a_1",
                "postgresql://me:a%40b@[::1]:5432,other:5433/t?sslmode=require&password=hidden&sslkey=k", "a_1"
            ),
            (
                "postgresql://postgres:@/postgres?host=/run/pg", "postgresql://postgres@/postgres?host=/run/pg",
                "postgresql://postgres:@/postgres?host=/run/pg", "anneal"
            ),
            ("postgres://", "postgres://", "postgres://", "anneal"),
        ])
    func addresses(text: String, shown: String, connection: String, schema: String) throws {
        let url = try PostgresURL(text)
        #expect(url.description == shown && url.connection == connection && url.schema == schema)
    }

    @Test("a schema can be named beside the address")
    func namedSchema() throws {
        #expect(try PostgresURL("postgres://db/t?schema=a", schema: "b").schema == "b")
        #expect(try PostgresURL("postgres://db/t?schema=a", schema: "b").connection == "postgres://db/t")
    }

    @Test(
        "what is no address is refused, and no part of it is repeated that may be a password",
        arguments: [
            "mysql://me:geheim@db/t", "geheim", "postgres://me:ge/heim@db/t", "postgres://me:geheim@x@db/t",
            "postgres://me:geheim", "postgres://me:geheim?x@db/t", "postgres://db/t?user=me@geheim",
            "postgres://db:54geheim/t", "postgres://db/t\0geheim", "postgres://me:\u{301}geheim@db/t",
        ])
    func badAddresses(text: String) {
        let error = #expect(throws: IndexError.self) { try PostgresURL(text) }
        guard case .address(let message) = error else {
            Issue.record("expected an error of the address, found \(String(describing: error))")
            return
        }
        #expect(message.contains("expected") && message.contains("found"))
        #expect(!message.contains("geheim") && !message.contains("heim@"))
    }

    @Test(
        "a schema is a plain name of its own",
        arguments: ["public", "pg_x", "information_schema", "", "A", "a-b", "a;b", "a\"", "1a", "é"])
    func badSchemas(schema: String) {
        #expect(throws: IndexError.self) { try PostgresURL("postgres://db/t?schema=\(schema)") }
        #expect(throws: IndexError.self) { try PostgresURL("postgres://db/t", schema: schema) }
    }

    @Test("messages are cleaned of passwords, encoded and decoded")
    func cleaned() throws {
        let url = try PostgresURL("postgres://me:p%40ss@db/t?password=other")
        #expect(url.cleaned("no p@ss, p%40ss, other\n") == "no ****, ****, ****")
        #expect(url.cleaned("p@ss\u{301}") == "****\u{301}")
        #expect(url.cleaned("in \"\(url.connection)\"") == "in \"postgres://me@db/t\"")
    }

    @Test("a missing libpq is an error that says what to install, and so is a library that is not libpq")
    func missingLibrary() {
        let missing = #expect(throws: IndexError.self) { try PostgresLibrary(anyOf: ["/nonesuch/libpq.so.5"]) }
        #expect("\(missing!)".contains("install it") && "\(missing!)".contains("/nonesuch/libpq.so.5"))
        #if os(Linux)
            let other = #expect(throws: IndexError.self) { try PostgresLibrary(anyOf: ["libsqlite3.so.0"]) }
            #expect("\(other!)".contains("libsqlite3.so.0 has no PQconnectdbParams"))
        #endif
    }

    @Test("error codes of the server")
    func codes() {
        func description(_ code: String) -> String { "\(PostgresError.of(code: code, message: "why", place: "there"))" }
        #expect(description("53100") == "\(IndexError.full(path: "there"))")
        #expect(description("55P03") == "\(IndexError.busy(path: "there"))")
        #expect(description("XX001") == "\(IndexError.damaged(path: "there", message: "why"))")
        #expect(description("57P01") == "\(IndexError.lost(path: "there", message: "why"))")
        #expect(description("42501") == "there: why (SQLSTATE 42501)")
    }

    @Test("arrays and vectors as PostgreSQL reads them")
    func arrays() {
        #expect(PostgresArray.of([Int64]()) == "{}")
        #expect(PostgresArray.of([1, -2, Int64.max]) == "{1,-2,9223372036854775807}")
        #expect(PostgresArray.of(["a", "", "b,{}", "q\"\\"]) == #"{"a","","b,{}","q\"\\"}"#)
        #expect(PostgresArray.of(["\"\u{301}\\\u{301}"]) == "{\"\\\"\u{301}\\\\\u{301}\"}")
        let numbers: [Float] = [0.1, -3e-8, 1]
        let text = PostgresArray.vector(numbers)
        #expect(text.dropFirst().dropLast().split(separator: ",").map { Float($0) } == numbers)
        #expect(text.first == "[" && text.last == "]")
    }

    @Test("rows of COPY, byte for byte")
    func copyRows() {
        var rows = CopyRows()
        rows.row(fields: 6)
        rows.value(Int64(-2))
        rows.value(Int32(258))
        rows.value("é\0")
        rows.null()
        for vector: [Float] in [[1, -2], [0, 0]] { vector.withUnsafeBufferPointer { rows.vector($0) } }
        var expected = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        expected += [0, 6, 0, 0, 0, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 0, 4, 0, 0, 1, 2]
        expected += [0, 0, 0, 5, 0xC3, 0xA9, 0xEF, 0xBF, 0xBD, 0xFF, 0xFF, 0xFF, 0xFF]
        expected += [0, 0, 0, 12, 0, 2, 0, 0, 0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        #expect(rows.finish() == expected)
    }

    @Test(
        "words of a passage and of a query",
        arguments: [
            ("Parse_header(line): http://Example.com/a-b", "parse header line http example com a b"),
            ("  Déjà VU\u{A0}ÉCOLE… 5.10 e\u{301}te\n", "deja vu ecole 5 10 ete"), ("Straße 東京", "straße 東京"),
            ("", ""), ("--", ""), ("x'\\", "x"),
        ])
    func words(text: String, expected: String) { #expect(PostgresWords.text(text) == expected) }

    @Test("queries hold words and nothing of PostgreSQL's syntax")
    func queries() {
        #expect(PostgresWords.query("How do I turn the light' off | & !(x:*)?") == "'turn' | 'light' | 'off' | 'x'")
        #expect(PostgresWords.query("") == nil && PostgresWords.query("…") == nil)
        #expect(PostgresWords.query("the") == "'the'")
    }

    @Test("very long passages are cut for the words, never inside a character")
    func longPassages() {
        let words = PostgresWords.text(String(repeating: "東京 ", count: 100_000))
        #expect(words.utf8.count <= 200_002 && words.utf8.count > 199_990)
        #expect(!words.unicodeScalars.contains("\u{FFFD}"))
    }

    @Test("tables: the dimension in the column, a graph, no CASCADE")
    func schema() {
        let tables = PostgresSchema.tables(dimension: 256).joined()
        #expect(tables.contains("embedding vector(256)") && tables.contains("USING gin (words)"))
        #expect(PostgresSchema.graph.contains("hnsw (embedding vector_cosine_ops)"))
        #expect(!PostgresSchema.removal(of: "a").joined().uppercased().contains("CASCADE"))
    }
}

import CPostgres
import Foundation

/// A connection to a PostgreSQL server. For one thread at a time.
final class PostgresConnection {
    let url: PostgresURL
    private let library: postgres_library
    private let connection: OpaquePointer

    /// How long it waits for a server, unless the address or the environment says otherwise.
    private static let connectSeconds = 10
    /// How long a statement waits for another program that writes. That one puts up to 4,096 passages into the graph in a
    /// transaction, for which 30 seconds were too few on a machine with ten times the work that it can do.
    private static let lockSeconds = 120
    /// Bytes that are handed to libpq at a time.
    private static let copyBytes = 1 << 20

    /// - Throws: ``IndexError``: no libpq, no server, a database of another encoding.
    init(_ url: PostgresURL, library: PostgresLibrary) throws(IndexError) {
        self.url = url
        self.library = library.functions
        var settings = [("client_encoding", "UTF8"), ("fallback_application_name", "anneal-search")]
        if ProcessInfo.processInfo.environment["PGCONNECT_TIMEOUT"] == nil {
            settings.append(("connect_timeout", "\(PostgresConnection.connectSeconds)"))
        }
        // Last, so that what the address says wins.
        settings.append(("dbname", url.connection))
        let made = PostgresConnection.withStrings(settings.map(\.0)) { names in
            PostgresConnection.withStrings(settings.map(\.1)) { values in library.functions.connect(names, values, 1) }
        }
        guard let made else { throw .store(path: url.description, message: "no memory for a connection") }
        connection = made
        guard self.library.status(connection) == POSTGRES_CONNECTION_OK else {
            throw .unreachable(path: url.description, message: lastMessage)
        }
        try execute("SET lock_timeout = '\(PostgresConnection.lockSeconds)s'")
        try execute("SET client_min_messages = error")
        // A server of 14 or newer then looks whether the client is still there while it works on a long statement, so
        // that what a killed program began ends soon.
        if self.library.server_version(connection) >= 140_000 {
            try execute("SET client_connection_check_interval = '1s'")
        }
        let encoding = try execute("SHOW server_encoding").text(0, 0) ?? ""
        guard encoding == "UTF8" else {
            throw .store(path: url.description, message: "expected a database of encoding UTF8, found \(encoding)")
        }
    }

    deinit { library.finish(connection) }

    /// Runs one statement with parameters `$1`, `$2`, … as texts.
    /// - Throws: ``IndexError``.
    @discardableResult
    func execute(_ sql: String, _ parameters: [String?] = []) throws(IndexError) -> PostgresResult {
        let result = PostgresConnection.withStrings(parameters) { values in
            library.execute(connection, sql, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        return try checked(result, expected: [POSTGRES_COMMAND_OK, POSTGRES_TUPLES_OK, POSTGRES_EMPTY_QUERY])
    }

    /// Sends rows to `COPY … FROM STDIN (FORMAT binary)`.
    func copy(_ sql: String, _ rows: consuming CopyRows) throws(IndexError) {
        let started = library.execute(connection, sql, 0, nil, nil, nil, nil, 0)
        _ = try checked(started, expected: [POSTGRES_COPY_IN])
        let bytes = rows.finish()
        let isSent = bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: PostgresConnection.copyBytes).allSatisfy { start in
                let part = bytes[start..<min(start + PostgresConnection.copyBytes, bytes.count)]
                let place = UnsafeRawBufferPointer(rebasing: part).assumingMemoryBound(to: CChar.self)
                return library.put_copy_data(connection, place.baseAddress!, Int32(place.count)) == 1
            }
        }
        guard isSent, library.put_copy_end(connection, nil) == 1 else {
            throw error(code: nil, message: lastMessage)
        }
        // Until there is none: the connection takes the next statement only then.
        var results: [OpaquePointer] = []
        while let result = library.next_result(connection) { results.append(result) }
        for result in results.dropFirst() { library.clear(result) }
        _ = try checked(results.first, expected: [POSTGRES_COMMAND_OK])
    }

    /// All that the body does happens, or nothing.
    func transaction<Value>(_ body: () throws -> Value) throws(IndexError) -> Value {
        try execute("BEGIN")
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // Where this fails too, the connection is gone, and with it the transaction.
            _ = try? execute("ROLLBACK")
            throw .of(error, path: url.description)
        }
    }

    private func checked(_ result: OpaquePointer?, expected: [Int32]) throws(IndexError) -> PostgresResult {
        guard let result else { throw error(code: nil, message: lastMessage) }
        let held = PostgresResult(result, library)
        guard !expected.contains(library.result_status(result)) else { return held }
        func field(_ letter: Character) -> String? {
            library.result_error_field(result, Int32(letter.asciiValue!)).map { String(cString: $0) }
        }
        throw error(code: field("C"), message: field("M").map(url.cleaned) ?? lastMessage)
    }

    private var lastMessage: String { url.cleaned(library.error_message(connection).map { String(cString: $0) } ?? "") }

    /// The case for an error of the server or the connection.
    private func error(code: String?, message: String) -> IndexError {
        guard library.status(connection) == POSTGRES_CONNECTION_OK else {
            return .lost(path: url.description, message: message)
        }
        return PostgresError.of(code: code ?? "", message: message, place: url.description)
    }

    /// Hands out C strings, closed by a null.
    private static func withStrings<Value>(
        _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
        let copies = texts.map { $0.map { strdup($0) } }
        defer { for case let copy?? in copies { free(copy) } }
        var pointers: [UnsafePointer<CChar>?] = copies.map { copy in copy.flatMap { UnsafePointer($0) } }
        pointers.append(nil)
        return body(pointers)
    }
}

import CPostgres

/// What a statement gave: rows of texts.
final class PostgresResult {
    private let library: postgres_library
    private let result: OpaquePointer
    let count: Int

    /// Takes over a result.
    init(_ result: OpaquePointer, _ library: postgres_library) {
        self.library = library
        self.result = result
        count = Int(library.rows(result))
    }

    deinit { library.clear(result) }

    /// A field as text; nil for NULL.
    /// - Precondition: the row is in `0..<count`, and the statement has the column.
    func text(_ row: Int, _ column: Int) -> String? {
        precondition((0..<count).contains(row))
        guard library.is_null(result, Int32(row), Int32(column)) == 0 else { return nil }
        return String(cString: library.value(result, Int32(row), Int32(column)))
    }

    func integer(_ row: Int, _ column: Int) -> Int64? { text(row, column).flatMap { Int64($0) } }

    func number(_ row: Int, _ column: Int) -> Double? { text(row, column).flatMap { Double($0) } }
}

import Foundation
import GRDB

/// The tables whose rows have checksums.
enum RowTable: String, CaseIterable, CustomStringConvertible {
    case document, passage, vector

    var description: String { rawValue }

    /// The column that numbers the rows.
    var key: String { self == .vector ? "passage" : "id" }

    /// What a checksum covers, in the order that ``checksum(_:)`` takes it.
    private var columns: [String] {
        switch self {
        case .document: ["id", "path", "kind", "hash"]
        case .passage: ["id", "document", "line", "heading", "text"]
        case .vector: ["passage", "scale", "data"]
        }
    }

    /// A row, compared with its checksum; nil if it is not there.
    /// - Parameter hasChecksums: whether the table has checksums at all.
    /// - Throws: ``IndexError/damaged(path:message:)``.
    func row(_ db: Database, _ id: Int64, path: String, hasChecksums: Bool) throws -> FileRow? {
        let names = (columns + (hasChecksums ? ["checksum"] : [])).joined(separator: ", ")
        let statement = try db.cachedStatement(sql: "SELECT \(names) FROM \(self) WHERE \(key) = ?")
        guard let found = try Row.fetchOne(statement, arguments: [id]) else { return nil }
        let row = FileRow(row: found, path: path)
        guard try !hasChecksums || checksum(row) == row.number(columns.count) else {
            throw IndexError.damaged(path: path, message: "\(self) \(id) differs from its checksum")
        }
        return row
    }

    /// The checksum that a row must have.
    /// - Throws: ``IndexError/damaged(path:message:)`` for a value of another kind.
    func checksum(_ row: FileRow) throws(IndexError) -> Int64 {
        let id = try row.number(0)
        switch self {
        case .document:
            return RowChecksum.document(id: id, path: try row.text(1), kind: try row.text(2), hash: try row.text(3))
        case .passage:
            return RowChecksum.passage(
                id: id, document: try row.number(1), line: try row.number(2), heading: try row.text(3),
                text: try row.text(4))
        case .vector:
            let scale = try row.real(1)
            return try row.data(2).withUnsafeBytes { RowChecksum.vector(passage: id, scale: scale, data: $0) }
        }
    }
}

import Foundation
import GRDB

/// A row of a file that may be damaged: a value of another kind is an error and no trap.
struct FileRow {
    let row: Row
    let path: String

    func text(_ column: Int) throws(IndexError) -> String {
        guard case .string(let text) = (row[column] as DatabaseValue).storage else { throw wrong("a text", column) }
        return text
    }

    func number(_ column: Int) throws(IndexError) -> Int64 {
        guard case .int64(let number) = (row[column] as DatabaseValue).storage else { throw wrong("a number", column) }
        return number
    }

    func real(_ column: Int) throws(IndexError) -> Double {
        guard case .double(let real) = (row[column] as DatabaseValue).storage else {
            throw wrong("a real number", column)
        }
        return real
    }

    func data(_ column: Int) throws(IndexError) -> Data {
        guard case .blob(let data) = (row[column] as DatabaseValue).storage else { throw wrong("bytes", column) }
        return data
    }

    private func wrong(_ expected: String, _ column: Int) -> IndexError {
        .damaged(path: path, message: "expected \(expected), found \(row[column] as DatabaseValue)")
    }
}

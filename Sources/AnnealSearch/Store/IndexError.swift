public import Anneal
public import AnnealCodes
import GRDB

/// What can go wrong with an index. Every case says what was expected and what was found.
public enum IndexError: Error, Sendable, CustomStringConvertible {
    /// There is no index at the path.
    case notFound(path: String)
    /// The file is something else.
    case notAnIndex(path: String, found: String)
    /// A newer program wrote the index.
    case newerVersion(path: String, supported: Int, found: Int)
    /// The index was made with another model: its vectors cannot be compared with this one's.
    case otherModel(path: String, expected: String, found: String)
    /// The index keeps vectors in another way, or codes of them by another codec.
    case otherStorage(path: String, expected: String, found: String)
    /// Vectors and the codec of the index do not go together.
    case codec(path: String, CodecError)
    /// The file is damaged.
    case damaged(path: String, message: String)
    /// The disk is full, or the file may grow no more; what was stored before is untouched.
    case full(path: String)
    /// Another program writes to the index.
    case busy(path: String)
    /// The address of a store is not one. The message holds no part of it that could be a password.
    case address(message: String)
    /// PostgreSQL's client library is not installed.
    case noLibrary(message: String)
    /// The server cannot be reached, or refuses.
    case unreachable(path: String, message: String)
    /// The server has no pgvector, or one that is too old.
    case noExtension(path: String, message: String)
    /// The connection ended; what was stored before is untouched.
    case lost(path: String, message: String)
    /// Anything else that the database reports.
    case store(path: String, message: String)
    /// A document or folder that was named cannot be read.
    case unreadable(path: String, message: String)
    case engine(EngineError)

    public var description: String {
        switch self {
        case .notFound(let path): "no index at \(path): make one with anneal-search index"
        case .notAnIndex(let path, let found): "\(path): expected an index of Anneal, found \(found)"
        case .newerVersion(let path, let supported, let found):
            "\(path): the index has version \(found), newer than this program reads (up to \(supported)): update Anneal"
        case .otherModel(let path, let expected, let found):
            "\(path): the index was made with the model \(expected.prefix(16)), expected that one, found "
                + "\(found.prefix(16)): name its model, or make the index anew with --rebuild"
        case .otherStorage(let path, let expected, let found):
            "\(path): the index has \(expected), expected those, found \(found): leave them out, or make the index anew "
                + "with --rebuild"
        case .codec(let path, let error): "\(path): \(error)"
        case .damaged(let path, let message):
            "\(path): the index is damaged: \(message); make it anew with --rebuild, or put back a copy"
        case .full(let path): "\(path): no space left to write; the index is as it was after the last stored files"
        case .busy(let path): "\(path): another program is writing to the index"
        case .address(let message): "the address of the store: \(message)"
        case .noLibrary(let message):
            "cannot load libpq, PostgreSQL's client library: install it (Debian and Ubuntu: apt install libpq5; Fedora: "
                + "dnf install libpq; macOS: brew install libpq) or name its file in \(PostgresLibrary.variable); \(message)"
        case .unreachable(let path, let message): "cannot connect to \(path): \(message)"
        case .noExtension(let path, let message):
            "\(path): expected the extension vector (pgvector) 0.5 or newer: install it on the server (Debian: apt install "
                + "postgresql-16-pgvector) and let a database administrator run CREATE EXTENSION vector; \(message)"
        case .lost(let path, let message):
            "\(path): lost the connection: \(message); the index is as it was after the last stored files"
        case .store(let path, let message): "\(path): \(message)"
        case .unreadable(let path, let message): "cannot read \(path): \(message)"
        case .engine(let error): "\(error)"
        }
    }

    /// The case for what a call into the store threw.
    static func of(_ error: any Error, path: String) -> IndexError {
        switch error {
        case let error as IndexError: return error
        case let error as EngineError: return .engine(error)
        case let error as DatabaseError:
            let message = error.message ?? "error \(error.resultCode.rawValue)"
            switch error.resultCode {
            case .SQLITE_CORRUPT: return .damaged(path: path, message: message)
            case .SQLITE_NOTADB: return .notAnIndex(path: path, found: "a file that is no SQLite database")
            case .SQLITE_FULL: return .full(path: path)
            case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy(path: path)
            default: return .store(path: path, message: message)
            }
        default: return .store(path: path, message: "\(error)")
        }
    }
}

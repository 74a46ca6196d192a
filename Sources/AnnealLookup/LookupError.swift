public import AnnealGGUF
public import AnnealPlatform

/// Why a lookup table could not be used: which field of it, where, what was expected and what was found.
public struct LookupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program may want to tell apart.
    public enum Kind: Hashable, Sendable {
        /// The system does not open, read or write a file.
        case unreadable
        /// A file breaks its format.
        case malformed
        /// A file may be sound, and cannot be used for this: a newer version, another hash, rows of another space.
        case unsupported
        /// A file has become another since it was opened.
        case changed
        /// Reading on would take more working memory than is allowed.
        case memory
        /// The table was made of another model file.
        case otherModel
    }

    /// What went wrong, for programs.
    public let kind: Kind
    /// The file as the caller named it.
    public let path: Path
    /// The part of the file, as "entry count" or "row 7".
    public let field: String
    /// The byte in the file where the field begins.
    public let offset: Int
    /// What should have stood there.
    public let expected: String
    /// What stood there.
    public let found: String

    init(_ kind: Kind, _ path: Path, _ field: String, _ offset: Int, expected: String, found: String) {
        self.kind = kind
        self.path = path
        self.field = field
        self.offset = offset
        self.expected = expected
        self.found = found
    }

    /// The error of a model file.
    public init(_ error: GGUFError) {
        let kind: Kind =
            switch error.kind {
            case .unreadable: .unreadable
            case .malformed: .malformed
            case .unsupported: .unsupported
            case .changed: .changed
            case .memory: .memory
            }
        self.init(kind, error.path, error.field, error.offset, expected: error.expected, found: error.found)
    }

    init(_ error: FileError, expected: String) {
        self.init(
            .unreadable, error.path, "the file", 0, expected: expected, found: "\(error.operation): \(error.error)")
    }

    /// All of it in one line.
    public var description: String { "\(path): \(field) at byte \(offset): expected \(expected), found \(found)" }
}

/// Runs what may find a model file broken.
func readingModel<Value>(_ body: () throws(GGUFError) -> Value) throws(LookupError) -> Value {
    do throws(GGUFError) { return try body() } catch { throw LookupError(error) }
}

public import AnnealPlatform

/// Why a file could not be used: which, what was expected, what was found.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
    public let path: Path
    public let expected: String
    public let found: String
    /// What can be done about it, where that is known.
    public let hint: String?

    public init(_ path: Path, expected: String, found: String, hint: String? = nil) {
        self.path = path
        self.expected = expected
        self.found = found
        self.hint = hint
    }

    /// A file that cannot be opened or read at all.
    public init(_ error: FileError) {
        self.init(error.path, expected: "a readable file", found: "\(error.error)")
    }

    public var description: String { "\(path): expected \(expected), found \(found)" }
}

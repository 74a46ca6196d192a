import AnnealPlatform

/// Why an evaluation could not run: where, what was expected, what was found.
public struct EvalError: Error, Sendable, CustomStringConvertible {
    /// A file, or a file and a line.
    public let place: String
    public let expected: String
    public let found: String

    public var description: String { "\(place): expected \(expected), found \(found)" }
}

extension EvalError {
    /// What the system said of a file.
    init(_ error: FileError, expected: String) {
        self.init(place: "\(error.path)", expected: expected, found: "\(error.error)")
    }
}

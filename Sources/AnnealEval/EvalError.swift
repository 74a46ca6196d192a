import AnnealFormats
import AnnealPlatform

/// Why an evaluation could not run: where, what was expected, what was found.
public struct EvalError: Error, Sendable, CustomStringConvertible {
    /// A file, or a file and a line.
    public let place: String
    public let expected: String
    public let found: String
    /// What can be done about it, where that is known.
    public let hint: String?

    init(place: String, expected: String, found: String, hint: String? = nil) {
        self.place = place
        self.expected = expected
        self.found = found
        self.hint = hint
    }

    public var description: String { "\(place): expected \(expected), found \(found)" }
}

extension EvalError {
    /// What is wrong with a file.
    init(_ error: FormatError) {
        self.init(place: "\(error.path)", expected: error.expected, found: error.found, hint: error.hint)
    }

    /// What the system said of a file.
    init(_ error: FileError, expected: String) {
        self.init(place: "\(error.path)", expected: expected, found: "\(error.error)")
    }
}

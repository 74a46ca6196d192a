/// Why training could not go on: where, what was expected, what was found.
public struct TrainError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file, a setting, or an address.
    public let place: String
    public let expected: String
    public let found: String

    public init(place: String, expected: String, found: String) {
        self.place = place
        self.expected = expected
        self.found = found
    }

    public var description: String { "\(place): expected \(expected), found \(found)" }
}

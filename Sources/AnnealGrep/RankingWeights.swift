public import AnnealFormats

/// How much each part of a score counts. Few numbers, fitted on development sets; a file can have others.
public struct RankingWeights: Sendable, Equatable {
    /// The cosine with the query, over the best one's.
    public var vector = 1.7
    /// BM25 of the words, over the best one's.
    public var words = 1.0
    /// That the passage declares the very name that was asked for.
    public var definition = 2.5
    /// Words of the query in the name.
    public var name = 1.0
    /// Words of the query in the path and in the names around it.
    public var path = 0.3
    /// What else the file has for the query.
    public var file = 0.5
    /// What the score of tests, generated and vendored files, of what is no code, and of code that declares nothing is multiplied with.
    public var test = 0.7
    public var generated = 0.6
    public var vendored = 0.6
    public var prose = 0.85
    public var text = 0.7

    public init() {}

    private static let fields: [(name: String, path: any (WritableKeyPath<RankingWeights, Double> & Sendable))] = [
        ("vector", \.vector), ("words", \.words), ("definition", \.definition), ("name", \.name), ("path", \.path),
        ("file", \.file), ("test", \.test), ("generated", \.generated), ("vendored", \.vendored), ("prose", \.prose),
        ("text", \.text),
    ]

    /// Names and values, in order.
    public var all: [(name: String, value: Double)] { Self.fields.map { ($0.name, self[keyPath: $0.path]) } }

    /// Reads an object of JSON; a weight that it does not name stays as it is by default.
    /// - Throws: ``WeightsError`` for what is no such object.
    public init(json: JSONValue) throws(WeightsError) {
        guard case .object(let members) = json else {
            throw WeightsError(expected: "an object of weights", found: json.kind)
        }
        for (name, value) in members {
            guard let field = Self.fields.first(where: { $0.name == name }) else {
                throw WeightsError(
                    expected: "one of \(Self.fields.map(\.name).joined(separator: ", "))", found: "'\(name)'")
            }
            guard case .number(let number) = value, number.isFinite, number >= 0 else {
                throw WeightsError(expected: "a number of at least zero for '\(name)'", found: value.kind)
            }
            self[keyPath: field.path] = number
        }
    }
}

/// Weights that cannot be read.
public struct WeightsError: Error, Sendable, Equatable, CustomStringConvertible {
    public let expected: String
    public let found: String
    public var description: String { "expected \(expected), found \(found)" }
}

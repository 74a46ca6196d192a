public import AnnealFormats
public import AnnealPlatform

/// Something that a person may like: a word with its definition, or a text.
public struct Concept: Hashable, Sendable {
    /// What it is called, and what likes name it by.
    public let name: String
    /// What kind it is, where its list says so: `noun.animal`.
    public let kind: String?
    /// What it means, where its list says so.
    public let definition: String?

    public init(name: String, kind: String? = nil, definition: String? = nil) {
        self.name = name
        self.kind = kind
        self.definition = definition
    }

    /// The text whose vector stands for it.
    public var text: String { definition.map { "\(name): \($0)" } ?? name }
}

/// What is chosen from: a list of words or texts.
///
/// A line of its file is a text; or a word and its definition with a tab between; or a word, its kind and its definition.
/// Empty lines are passed over, and so are lines in front of the first one that begin with `#`.
public struct ConceptList: Sendable {
    public let concepts: [Concept]
    private let places: [String: Int]

    /// Of two concepts of one name, likes mean the first.
    public init(_ concepts: [Concept]) {
        self.concepts = concepts
        places = Dictionary(
            concepts.enumerated().map { (Self.key($0.element.name), $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Reads a list.
    /// - Parameter place: names the list in an error.
    /// - Throws: ``PreferenceError/emptyList(place:)``; ``PreferenceError/line(place:number:expected:found:)`` for a line
    ///   that is no UTF-8, has no name, or has more than three columns.
    public init(parsing bytes: [UInt8], place: String) throws(PreferenceError) {
        var concepts: [Concept] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { continue }
            if concepts.isEmpty, line.first == UInt8(ascii: "#") { continue }
            guard let text = String(validating: line, as: UTF8.self) else {
                throw .line(place: place, number: index + 1, expected: "UTF-8", found: "other bytes")
            }
            let columns = text.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
            guard columns.count <= 3, let name = columns.first, !name.isEmpty else {
                throw .line(
                    place: place, number: index + 1, expected: "a name and up to two columns more",
                    found: columns.count > 3 ? "\(columns.count) columns" : "no name")
            }
            concepts.append(
                Concept(
                    name: name, kind: columns.count == 3 ? columns[1] : nil,
                    definition: columns.count > 1 ? columns[columns.count - 1] : nil))
        }
        guard !concepts.isEmpty else { throw .emptyList(place: place) }
        self.init(concepts)
    }

    /// Reads the file of a list.
    /// - Throws: ``PreferenceError``.
    public init(_ path: Path) throws(PreferenceError) {
        let bytes: [UInt8]
        do throws(FormatError) { bytes = try TextFile.read(path) } catch { throw .list(error) }
        try self.init(parsing: bytes, place: "\(path)")
    }

    /// The concept of a name, letter case aside.
    /// - Complexity: O(name).
    public func index(of name: String) -> Int? { places[Self.key(name)] }

    private static func key(_ name: String) -> String { name.lowercased() }
}

/// What can go wrong with preferences. Every case says what was expected and what was found.
public enum PreferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file of a list cannot be read, or is no text.
    case list(FormatError)
    case emptyList(place: String)
    case line(place: String, number: Int, expected: String, found: String)
    /// A liked or disliked text that is not in the list and has no word that the model knows.
    case unknown(String)
    /// The same thing is liked and disliked.
    case contradiction(String)
    case nothingLiked
    /// What is liked adds up to nothing: the likes point in opposite directions.
    case noDirection
    /// As many vectors as concepts are needed, each as long as the others.
    case vectors(expected: String, found: String)
    case date(String)
    /// Every word has been picked within a year, or is liked or skipped.
    case exhausted(day: String, count: Int)

    public var description: String {
        switch self {
        case .list(let error): "the list: \(error)"
        case .emptyList(let place): "\(place): expected at least one word or text, found none"
        case .line(let place, let number, let expected, let found):
            "\(place), line \(number): expected \(expected), found \(found)"
        case .unknown(let text):
            "expected something of the list, or a text with a word that the model knows, found '\(text)'"
        case .contradiction(let name): "expected what is liked or what is disliked, found '\(name)' in both"
        case .nothingLiked: "expected at least one liked word or text, found none"
        case .noDirection: "expected likes with something in common, found some that cancel each other"
        case .vectors(let expected, let found): "the vectors of the list: expected \(expected), found \(found)"
        case .date(let text): "expected a date from 0001-01-01 to 9999-12-31, as 2026-11-30, found '\(text)'"
        case .exhausted(let day, let count):
            "expected a word for \(day) that was not picked within a year and has no opinion yet, found none of \(count) in the list"
        }
    }
}

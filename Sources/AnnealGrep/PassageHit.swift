public import AnnealPassages
public import AnnealPlatform

/// A passage that answers a query.
public struct PassageHit: Sendable {
    /// The folder or file that was searched, as it was named, and the file's path from there.
    public let root: Path
    public let path: Path
    /// Lines from 1.
    public let lines: ClosedRange<Int>
    public let kind: Span.Kind
    public let name: String
    /// The names around it, the outermost first.
    public let enclosing: [String]
    public let score: Double
    public let parts: ScoreParts
    /// The lines.
    public let text: String

    /// The path as the user would name it.
    public var shownPath: Path { PassageHit.shown(path, in: root) }

    static func shown(_ path: Path, in root: Path) -> Path {
        if root == "." { return path }
        return root.name.elementsEqual(path.bytes) ? root : root.appending(path.bytes)
    }
}

/// What a score is the sum of, weights included. All but ``definition`` is multiplied with ``demotion``: a name that tests alone
/// declare is there.
public struct ScoreParts: Sendable, Equatable {
    public var words = 0.0
    public var vector = 0.0
    public var definition = 0.0
    public var name = 0.0
    public var path = 0.0
    public var file = 0.0
    public var demotion = 1.0

    var sum: Double { definition + (words + vector + name + path + file) * demotion }

    /// Names and values, in order.
    public var all: [(name: String, value: Double)] {
        [
            ("words", words), ("vector", vector), ("definition", definition), ("name", name), ("path", path),
            ("file", file), ("demotion", demotion),
        ]
    }
}

import AnnealFormats
public import AnnealPlatform

/// Texts with two variants each: one that keeps the meaning and one, made of much the same words, that changes it.
///
///     let pairs = try MinimalPairs(path: "minimal-pairs.tsv")
///     let source = EngineVectors(engine, mode: .compiled, threads: 2)
///     for share in try pairs.run(source) { print(share.category, share.value) }
///
/// A tab-separated file with the columns category, anchor, keeping and changing. The measure is the share of anchors that
/// are nearer to the keeping variant, times 100; a tie counts one half. So a vector that sees no order and no context gets
/// 50 where the variants have the same words.
public struct MinimalPairs: Sendable {
    /// The share of one category, or of all.
    public struct Share: Sendable, Hashable {
        public let category: String
        public let count: Int
        /// 0...100.
        public let value: Double
    }

    /// The name that stands for all categories together in ``run(_:)``.
    public static let all = "all"

    private let categories: [String]
    private let anchors: [String]
    private let keeping: [String]
    private let changing: [String]

    /// Whether a path names such a file and not a folder of sets.
    public static func isFile(_ path: Path) -> Bool { path.name.suffix(4).elementsEqual(".tsv".utf8) }

    /// Reads a file.
    /// - Throws: ``EvalError`` if it cannot be read, a column is missing or there is no row.
    public init(path: Path) throws(EvalError) {
        let file = try TSVFile(path: path)
        try file.requireRows()
        categories = try file.column("category")
        anchors = try file.column("anchor")
        keeping = try file.column("keeping")
        changing = try file.column("changing")
    }

    /// Number of anchors.
    public var count: Int { anchors.count }

    /// All texts, for a source that wants to know them beforehand; some may be there twice.
    public var texts: [String] { anchors + keeping + changing }

    /// The shares by category, in the order of first appearance, then of all.
    /// - Throws: what the source throws.
    public func run(_ source: any VectorSource) throws -> [Share] {
        let scorer = TaskScorer(source: source, threads: 1)
        let anchor = try scorer.embed(anchors)
        let kept = try scorer.embed(keeping)
        let changed = try scorer.embed(changing)
        let points = anchors.indices.map { Self.points(anchor.dot($0, kept, $0), anchor.dot($0, changed, $0)) }
        var order: [String] = []
        var sums: [String: (points: Double, count: Int)] = [:]
        for (index, category) in categories.enumerated() {
            if sums[category] == nil { order.append(category) }
            sums[category, default: (0, 0)].points += points[index]
            sums[category, default: (0, 0)].count += 1
        }
        let shares = order.map {
            Share(category: $0, count: sums[$0]!.count, value: 100 * sums[$0]!.points / Double(sums[$0]!.count))
        }
        let total = points.reduce(0, +)
        return shares + [Share(category: Self.all, count: count, value: 100 * total / Double(count))]
    }

    /// 1 if the keeping variant is nearer, 0 if the other is, one half if neither is by more than rounding.
    static func points(_ kept: Double, _ changed: Double) -> Double {
        abs(kept - changed) <= 1e-6 ? 0.5 : kept > changed ? 1 : 0
    }
}

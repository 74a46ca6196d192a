public import AnnealContainer
import AnnealFormats
import AnnealGGUF
public import AnnealPlatform

/// The space of an engine, as a map into it is fitted.
public struct LookupSpace {
    /// The hash of the engine's model.
    public let engine: ContentHash
    /// Numbers of a vector.
    public let dimension: Int
    /// The vector of a word, of length one; nil where the engine does not have it as a word.
    public let vector: (String) -> [Float]?

    public init(engine: ContentHash, dimension: Int, vector: @escaping (String) -> [Float]?) {
        self.engine = engine
        self.dimension = dimension
        self.vector = vector
    }
}

/// How a table is made.
public struct TableSettings: Sendable {
    /// Entries, at most.
    public var entries = 10_000
    /// `a` of the weights.
    public var smoothing = LookupTable.smoothing
    /// Weights of character n-grams: a power of two, or 0 for none.
    public var gramWeights = 4096
    /// Whether identifiers are split before they are cut into pieces, as in texts of source code.
    public var splitsIdentifiers = false
    /// How strongly the map is pulled to zero, as a part of the mean diagonal of the products.
    public var pull = 0.036
    /// Words that the map is not fitted on.
    public var leftOut: Set<String> = []
    public var threads = 1

    public init() {}
}

/// What was made.
public struct TableSummary: Hashable, Sendable {
    public internal(set) var entries = 0
    public internal(set) var dimension = 0
    /// Lines of text, and their tokens.
    public internal(set) var texts = 0
    public internal(set) var tokens = 0
    /// Different pieces that were counted.
    public internal(set) var pieces = 0
    /// Tokens whose pieces are entries.
    public internal(set) var hits = 0
    /// Words that the map was fitted on; 0 for a raw table.
    public internal(set) var words = 0
    /// The mean cosine of the mapped rows of these words with their vectors.
    public internal(set) var fit = 0.0
}

/// Makes a table: counts the pieces of texts, takes the most frequent, and writes their rows.
///
/// ```swift
/// var builder = try TableBuilder(model: "model.gguf", settings: TableSettings())
/// for line in lines { builder.count(line) }
/// try builder.write(to: "words.embd", space: nil) { _ in }
/// ```
///
/// The same texts, model and settings give the same bytes, whatever the number of threads.
public struct TableBuilder: ~Copyable {
    private let model: ModelRows
    private let settings: TableSettings
    private var encoder: GGUFTokenEncoder
    private var frequencies: [UInt64]
    private var grams: NgramFallback.Counter?
    private var preparation: TextPreparation
    private var tokens: [GGUFToken] = []
    private var texts = 0

    /// Letters of a piece that may be a word of an engine.
    private static let wordLengths = 2...24

    /// - Throws: ``LookupError``: what is wrong with the model file.
    /// - Precondition: settings in their ranges.
    public init(model path: Path, settings: TableSettings) throws(LookupError) {
        precondition(settings.entries >= 1 && settings.smoothing > 0 && settings.smoothing <= 1)
        model = try ModelRows(path)
        self.settings = settings
        encoder = GGUFTokenEncoder(model.vocabulary)
        preparation = TextPreparation(splitsIdentifiers: settings.splitsIdentifiers, vocabulary: model.vocabulary)
        frequencies = [UInt64](repeating: 0, count: model.vocabulary.count)
        grams = settings.gramWeights > 0 ? NgramFallback.Counter(count: settings.gramWeights) : nil
    }

    /// Counts the pieces of a text.
    /// - Complexity: O(bytes).
    public mutating func count(_ text: UnsafeBufferPointer<UInt8>) {
        texts += 1
        tokens.removeAll(keepingCapacity: true)
        let text = preparation.prepare(text)
        encoder.encode(text, into: &tokens)
        grams?.count(text)
        for token in tokens { frequencies[Int(token.id)] += 1 }
    }

    /// Writes the table.
    /// - Parameters:
    ///   - space: where rows are mapped to; nil to keep them as the model has them.
    ///   - isWanted: whether a piece may become an entry, by its text with `▁` for the beginning of a word.
    ///   - progress: gets what is done, in a few words.
    /// - Complexity: O(entries · width · dimension), and for a map what ``RowMap`` says.
    /// - Throws: ``LookupError``: of the model file, of writing, or `unsupported` where texts or words are too few.
    public consuming func write(
        to path: Path, space: LookupSpace?, isWanted: (String) -> Bool = { _ in true }, progress: (String) -> Void
    ) throws(LookupError) -> TableSummary {
        var summary = TableSummary()
        summary.texts = texts
        summary.tokens = Int(frequencies.reduce(0, +))
        summary.pieces = frequencies.count { $0 > 0 }
        guard summary.tokens > 0 else {
            throw LookupError(
                .unsupported, model.file.path, "texts", 0, expected: "texts with tokens of the vocabulary",
                found: "none")
        }
        let entries = chosen(isWanted)
        guard !entries.isEmpty else {
            throw LookupError(
                .unsupported, model.file.path, "vocabulary", 0, expected: "pieces that may be entries",
                found: "none among \(frequencies.count)")
        }
        let map = try space.map { (space) throws(LookupError) in
            try fit(space, path, &summary, progress)
        }
        summary.entries = entries.count
        summary.dimension = space?.dimension ?? model.width
        summary.hits = entries.reduce(0) { $0 + Int(frequencies[Int($1.id)]) }
        let layout = TableLayout(count: entries.count, dimension: summary.dimension)
        var writer = try TableWriter(path, layout: layout)
        for entry in entries { try writer.append(hash: entry.hash) }
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: model.width)
        let vector = UnsafeMutableBufferPointer<Float>.allocate(capacity: summary.dimension)
        defer {
            row.deallocate()
            vector.deallocate()
        }
        row.initialize(repeating: 0)
        vector.initialize(repeating: 0)
        var lengths = 0.0
        for (place, entry) in entries.enumerated() {
            try model.read(entry.id, into: row)
            if let map { map.apply(to: row, into: vector) } else { _ = vector.update(fromContentsOf: row) }
            for number in vector { try writer.append(number) }
            lengths += vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            if place % 256 == 0 { progress("row \(place) of \(entries.count)") }
        }
        for entry in entries { try writer.append(frequency: UInt32(clamping: frequencies[Int(entry.id)])) }
        let longest = entries.reduce(0) { longest, entry in
            max(longest, model.vocabulary.withBytes(of: entry.id) { $0.count })
        }
        try writer.commit(
            LookupTrailer(
                total: UInt64(summary.tokens), smoothing: settings.smoothing, longestPiece: longest,
                modelPrint: try model.print(), modelWidth: model.width,
                rowLength: Float(lengths / Double(entries.count)),
                splitsIdentifiers: settings.splitsIdentifiers, gramWeights: grams?.weights ?? [],
                alignment: space.flatMap { space in map.map { LookupAlignment(engine: space.engine, map: $0) } }))
        return summary
    }

    /// The most frequent pieces by their hashes. Of equally frequent ones the first of the vocabulary goes before, so that those
    /// that no text has fill the table in its order, which is mostly that of how common pieces are.
    private func chosen(_ isWanted: (String) -> Bool) -> [(hash: UInt64, id: UInt32)] {
        let vocabulary = model.vocabulary
        let pieces = (0..<UInt32(frequencies.count)).filter { id in
            vocabulary.isText(id) && vocabulary.withBytes(of: id) { $0.count <= LookupTrailer.pieceLimit }
        }
        .sorted { (frequencies[Int($1)], $0) < (frequencies[Int($0)], $1) }
        var entries: [UInt64: UInt32] = [:]
        for id in pieces where entries.count < settings.entries {
            let hash = vocabulary.withBytes(of: id) { Checksum64.of(UnsafeRawBufferPointer($0)) }
            // Of two pieces of the same text, the more frequent.
            if entries[hash] == nil, isWanted(vocabulary.piece(id)) { entries[hash] = id }
        }
        return entries.map { (hash: $0.key, id: $0.value) }.sorted { $0.hash < $1.hash }
    }

    // MARK: The map

    private func fit(
        _ space: LookupSpace, _ path: Path, _ summary: inout TableSummary, _ progress: (String) -> Void
    ) throws(LookupError) -> RowMap {
        var ids: [UInt32] = []
        var vectors: [Float] = []
        for id in 0..<UInt32(model.vocabulary.count) {
            if id % 4096 == 0 { progress("words that both know: \(ids.count)") }
            guard let word = word(id), !settings.leftOut.contains(word), let vector = space.vector(word) else {
                continue
            }
            precondition(vector.count == space.dimension)
            ids.append(id)
            vectors += vector
        }
        // As many as there are unknowns a number of the space.
        guard ids.count > model.width else {
            throw LookupError(
                .unsupported, model.file.path, "vocabulary", 0,
                expected: "more than \(model.width) words of small letters that the engine knows", found: "\(ids.count)"
            )
        }
        let rows = Matrix(rows: ids.count, columns: model.width)
        for (place, id) in ids.enumerated() {
            try model.read(id, into: UnsafeMutableBufferPointer(start: rows.row(place), count: model.width))
        }
        let targets = Matrix(rows: ids.count, columns: space.dimension, values: vectors)
        progress("fitting the map on \(ids.count) words")
        let map = RowMap.fit(rows: rows, vectors: targets, pull: settings.pull, threads: settings.threads)
        guard map.isFinite else {
            throw LookupError(
                .unsupported, model.file.path, "map", 0, expected: "words whose rows differ, or a larger pull",
                found: "numbers that are none")
        }
        summary.words = ids.count
        summary.fit = Self.meanCosine(map, rows, targets)
        return map
    }

    /// The word that a piece is, where it is one of small letters of English.
    private func word(_ id: UInt32) -> String? {
        model.vocabulary.withBytes(of: id) { piece in
            let letters = piece.dropFirst(LookupTable.mark.count)
            guard piece.starts(with: LookupTable.mark), Self.wordLengths.contains(letters.count),
                letters.allSatisfy({ (0x61...0x7A).contains($0) })
            else { return nil }
            return String(decoding: letters, as: UTF8.self)
        }
    }

    private static func meanCosine(_ map: RowMap, _ rows: Matrix, _ targets: Matrix) -> Double {
        var mapped = [Float](repeating: 0, count: targets.columns)
        return mapped.withUnsafeMutableBufferPointer { mapped in
            var sum = 0.0
            for row in 0..<rows.rows {
                map.apply(to: UnsafeMutableBufferPointer(start: rows.row(row), count: rows.columns), into: mapped)
                var (product, squares) = (0.0, 0.0)
                for (column, number) in mapped.enumerated() {
                    product += Double(number) * Double(targets.row(row)[column])
                    squares += Double(number) * Double(number)
                }
                if squares > 0 { sum += product / squares.squareRoot() }
            }
            return sum / Double(rows.rows)
        }
    }
}

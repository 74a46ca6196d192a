import AnnealGGUF

/// Where the row of a token came from.
public enum LookupOrigin: String, CaseIterable, Sendable {
    /// The table.
    case table
    /// The model file, read for it.
    case streamed
    /// Its character n-grams: no vocabulary has it.
    case fallback
}

/// A token as a reader found it.
public struct LookupToken: Hashable, Sendable {
    /// The bytes of the text as it was cut: with a space before it if the model puts none, and identifiers split if the table
    /// has them split.
    public let bytes: Range<Int>
    /// The piece of the vocabulary; nil where there is none, or no vocabulary.
    public let id: UInt32?
    /// The entry of the table.
    public let entry: Int?
    /// Where its row came from.
    public let origin: LookupOrigin
    /// What its row counts.
    public let weight: Float
}

/// How many tokens came from where.
public struct LookupCounts: Hashable, Sendable {
    /// By ``LookupOrigin``.
    public private(set) var table = 0
    public private(set) var streamed = 0
    public private(set) var fallback = 0
    /// All of them.
    public var total: Int { table + streamed + fallback }

    public init() {}

    /// Counts a token.
    public mutating func add(_ origin: LookupOrigin) {
        switch origin {
        case .table: table += 1
        case .streamed: streamed += 1
        case .fallback: fallback += 1
        }
    }

    public static func += (sum: inout LookupCounts, counts: LookupCounts) {
        sum.table += counts.table
        sum.streamed += counts.streamed
        sum.fallback += counts.fallback
    }
}

/// Embeds texts by a ``Lookup``, on one thread.
///
/// The vector of a text is the sum of its tokens' rows, each times its weight, in the order of the text.
public final class LookupReader {
    private static let keptBytes = 1 << 20
    /// How many streamed rows are kept for when they are wanted again: 1024, and fewer of wide ones.
    private let keptRows: Int

    private let lookup: Lookup
    private var encoder: GGUFTokenEncoder?
    private var model: ModelRows?
    private var preparation: TextPreparation
    private var cover: [UInt8] = []
    private var grams = NgramScratch()
    private let row: UnsafeMutableBufferPointer<Float>
    private let modelRow: UnsafeMutableBufferPointer<Float>
    /// What was found of tokens, in the place of their last bits.
    private let found = UnsafeMutableBufferPointer<Found>.allocate(capacity: 1 << 14)
    /// Rows of the table that are on their way from memory, and what each counts: they are added together.
    private let coming = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: 8)
    private let comingWeights = UnsafeMutableBufferPointer<Float>.allocate(capacity: 8)
    /// Streamed rows in the place of their token's last bits, and whose they are; nothing before the first.
    private var kept = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    private var keptIDs: [UInt32] = []

    /// Tokens of all texts so far.
    public var counts: LookupCounts { tally.pointee }
    /// Behind a pointer, as it is written for every token: properties of classes are watched over.
    private let tally = UnsafeMutablePointer<LookupCounts>.allocate(capacity: 1)
    /// What this holds itself beside the open file, in bytes.
    private let ownMemory: Int

    init(_ lookup: Lookup) {
        self.lookup = lookup
        keptRows = max(1, min(1024, Self.keptBytes / (4 * lookup.dimension)))
        encoder = lookup.model.map { GGUFTokenEncoder($0.vocabulary) }
        let rowNumbers = lookup.dimension + (lookup.model?.tensor.width ?? 0) + keptRows * (lookup.dimension + 1)
        ownMemory =
            4 * rowNumbers + found.count * MemoryLayout<Found>.stride
            + (lookup.model.map { GGUFTokenEncoder.memory(of: $0.vocabulary) } ?? 0)
        preparation = TextPreparation(
            splitsIdentifiers: lookup.table.trailer?.splitsIdentifiers ?? false, vocabulary: lookup.model?.vocabulary)
        row = .allocate(capacity: lookup.dimension)
        row.initialize(repeating: 0)
        modelRow = .allocate(capacity: lookup.model?.tensor.width ?? 0)
        modelRow.initialize(repeating: 0)
        found.initialize(repeating: Found(id: .max, place: Found.noText))
        tally.initialize(to: LookupCounts())
    }

    deinit {
        row.deallocate()
        modelRow.deallocate()
        kept.deallocate()
        found.deallocate()
        coming.deallocate()
        comingWeights.deallocate()
        tally.deallocate()
    }

    /// Calls of the system that have read the model file, and the bytes they brought.
    public var reads: (count: Int, byteCount: Int) { model?.file.reads ?? (0, 0) }

    /// The most working memory of reading the model file, as it is counted; 0 before the first row is wanted of it.
    public var peakMemory: Int { model?.file.peakMemory ?? 0 }

    /// Writes the vector of a text.
    /// - Parameters:
    ///   - text: any bytes; it is read during the call only.
    ///   - vector: room for ``Lookup/dimension`` numbers, all of which are written.
    ///   - normalize: whether the vector is divided by its Euclidean length; else by the sum of the weights.
    /// - Returns: false for a text without tokens: the vector is then zero.
    /// - Complexity: O(tokens · dimension), and the reads of rows that the table does not have; nothing is allocated once a
    ///   longer text was seen.
    /// - Throws: ``LookupError`` if the model file cannot be read any more.
    @discardableResult
    public func embed(
        _ text: UnsafeBufferPointer<UInt8>, into vector: UnsafeMutableBufferPointer<Float>, normalize: Bool = true
    ) throws(LookupError) -> Bool {
        precondition(vector.count == lookup.dimension)
        vector.update(repeating: 0)
        var weights: Float = 0
        var comingCount = 0
        func addComing() {
            table.add(
                UnsafeBufferPointer(start: coming.baseAddress, count: comingCount),
                times: UnsafeBufferPointer(start: comingWeights.baseAddress, count: comingCount), to: vector)
            comingCount = 0
        }
        let (table, entryWeights) = (table, lookup.weights)
        let isInMemory = table.isInMemory
        try forEachRow(of: text) { entry in
            guard isInMemory else { return false }
            table.prefetch(entry)
            let weight = entryWeights[entry]
            weights += weight
            coming[comingCount] = UInt32(entry)
            comingWeights[comingCount] = weight
            comingCount += 1
            if comingCount == coming.count { addComing() }
            return true
        } _: { (_, token, row) in
            addComing()
            weights += token.weight
            add(row, times: token.weight, to: vector)
        }
        addComing()
        guard weights > 0 else { return false }
        let divisor = normalize ? Self.squaredLength(vector).squareRoot() : weights
        // Rows may cancel out.
        guard divisor > 0 else { return false }
        for column in vector.indices { vector[column] /= divisor }
        return true
    }

    /// The sum of squares: of every eighth number, and then of these eight, halves first.
    private static func squaredLength(_ vector: UnsafeMutableBufferPointer<Float>) -> Float {
        var squares = SIMD8<Float>()
        var column = 0
        while column + 8 <= vector.count {
            let numbers = UnsafeRawPointer(vector.baseAddress! + column).loadUnaligned(as: SIMD8<Float>.self)
            squares += numbers * numbers
            column += 8
        }
        let four = squares.lowHalf + squares.highHalf
        let two = four.lowHalf + four.highHalf
        var sum = two.x + two.y
        for number in vector[column...] { sum += number * number }
        return sum
    }

    /// As ``embed(_:into:normalize:)`` for a string.
    @discardableResult
    public func embed(
        _ text: String, into vector: UnsafeMutableBufferPointer<Float>, normalize: Bool = true
    ) throws(LookupError) -> Bool {
        try withBytes(of: text) { (text) throws(LookupError) in try embed(text, into: vector, normalize: normalize) }
    }

    /// The tokens of a text, and where their rows came from.
    /// - Parameter keepsRows: whether the rows are wanted too; else they are empty.
    public func tokens(
        of text: String, keepsRows: Bool = false
    ) throws(LookupError) -> [(token: LookupToken, text: String, row: [Float])] {
        var found: [(LookupToken, String, [Float])] = []
        let dimension = lookup.dimension
        try withBytes(of: text) { (bytes) throws(LookupError) in
            try forEachRow(of: bytes) { _ in
                false
            } _: { (text, token, row) in
                let shown = String(decoding: text[token.bytes], as: UTF8.self)
                found.append((token, shown, keepsRows ? Array(UnsafeBufferPointer(start: row, count: dimension)) : []))
            }
        }
        return found
    }

    /// What gets a token: the text as it was cut, the token, and its row, which is valid during the call.
    typealias Visitor = (
        _ text: UnsafeBufferPointer<UInt8>, _ token: LookupToken, _ row: UnsafePointer<Float>
    ) -> Void

    /// Hands on the tokens of a text in order.
    /// - Parameter take: asked first for a token of the table, by its entry: true if that is all that is wanted of it.
    private func forEachRow(
        of text: UnsafeBufferPointer<UInt8>, taking take: (Int) -> Bool, _ body: Visitor
    ) throws(LookupError) {
        let text = preparation.prepare(text)
        try forEachRow(ofPrepared: text, taking: take) { (token, row) in body(text, token, row) }
    }

    private var table: LookupTable { lookup.table }

    private func forEachRow(
        ofPrepared text: UnsafeBufferPointer<UInt8>, taking take: (Int) -> Bool,
        _ body: (LookupToken, UnsafePointer<Float>) -> Void
    ) throws(LookupError) {
        let tally = tally
        guard let source = lookup.model else {
            return try table.cover(text, scratch: &cover) { (entry, bytes) throws(LookupError) in
                guard let entry else { return fallBack(text, bytes, body) }
                tally.pointee.add(.table)
                if !take(entry) { try fromTable(entry, nil, bytes, body) }
            }
        }
        /// Bytes in a row that no piece of text covers.
        var unknown: Range<Int>?
        func endUnknown() {
            if let unknown { fallBack(text, unknown, body) }
            unknown = nil
        }
        try encoder?.forEachToken(of: text) { (token) throws(LookupError) in
            let bytes = Int(token.start)..<Int(token.end)
            let known = find(token.id, source.vocabulary)
            if !known.isText {
                if let begun = unknown, begun.upperBound == bytes.lowerBound {
                    unknown = begun.lowerBound..<bytes.upperBound
                } else {
                    endUnknown()
                    unknown = bytes
                }
                return
            }
            endUnknown()
            if let entry = known.entry {
                tally.pointee.add(.table)
                if !take(entry) { try fromTable(entry, token.id, bytes, body) }
            } else {
                try fromModel(token.id, bytes, source, body)
            }
        }
        endUnknown()
    }

    /// What a token is to the table.
    private struct Found {
        let id: UInt32
        /// Its entry, or one of these.
        let place: Int
        static let noEntry = -1
        static let noText = -2

        var entry: Int? { place < 0 ? nil : place }
        /// Whether it is a piece of text.
        var isText: Bool { place != Self.noText }
    }

    /// What a token is to the table. Of all tokens it would take a megabyte to keep, and as many searches on opening.
    private func find(_ id: UInt32, _ vocabulary: GGUFVocabulary) -> Found {
        let place = Int(id) % found.count
        if found[place].id == id { return found[place] }
        let isText = vocabulary.isText(id)
        let entry = isText ? vocabulary.withBytes(of: id) { table.find($0) } : nil
        found[place] = Found(id: id, place: isText ? entry ?? Found.noEntry : Found.noText)
        return found[place]
    }

    // MARK: Three origins

    private func fromTable(
        _ entry: Int, _ id: UInt32?, _ bytes: Range<Int>, _ body: (LookupToken, UnsafePointer<Float>) -> Void
    ) throws(LookupError) {
        let token = LookupToken(bytes: bytes, id: id, entry: entry, origin: .table, weight: lookup.weights[entry])
        if table.isInMemory { return table.withRow(entry) { body(token, $0) } }
        try table.readRow(entry, into: row)
        body(token, row.baseAddress!)
    }

    private func fromModel(
        _ id: UInt32, _ bytes: Range<Int>, _ source: Lookup.Source, _ body: (LookupToken, UnsafePointer<Float>) -> Void
    ) throws(LookupError) {
        let token = LookupToken(bytes: bytes, id: id, entry: nil, origin: .streamed, weight: 1)
        tally.pointee.add(.streamed)
        let dimension = table.dimension
        if kept.isEmpty {
            kept = .allocate(capacity: keptRows * dimension)
            kept.initialize(repeating: 0)
            keptIDs = [UInt32](repeating: .max, count: keptRows)
        }
        let place = Int(id) % keptRows
        if keptIDs[place] != id {
            let model = try openedModel(source)
            // Whose row it was is forgotten before it is written over: reading may throw.
            keptIDs[place] = .max
            let room = UnsafeMutableBufferPointer(rebasing: kept[place * dimension..<(place + 1) * dimension])
            if let map = table.trailer?.alignment?.map {
                try model.read(id, into: modelRow)
                map.apply(to: modelRow, into: room)
            } else {
                try model.read(id, into: room)
            }
            keptIDs[place] = id
        }
        body(token, kept.baseAddress! + place * dimension)
    }

    private func fallBack(
        _ text: UnsafeBufferPointer<UInt8>, _ bytes: Range<Int>, _ body: (LookupToken, UnsafePointer<Float>) -> Void
    ) {
        var rest = bytes
        while !rest.isEmpty {
            let word = NgramFallback.word(text, rest)
            tally.pointee.add(.fallback)
            lookup.fallback.apply(UnsafeBufferPointer(rebasing: text[word]), scratch: &grams, into: row)
            body(LookupToken(bytes: word, id: nil, entry: nil, origin: .fallback, weight: 1), row.baseAddress!)
            rest = word.upperBound..<rest.upperBound
        }
    }

    private func openedModel(_ source: Lookup.Source) throws(LookupError) -> ModelRows {
        if let model { return model }
        let opened = try ModelRows(source, beside: ownMemory)
        model = opened
        return opened
    }
}

/// Lends a string's bytes to what throws only errors of lookup.
private func withBytes<Value>(
    of text: String, _ body: (UnsafeBufferPointer<UInt8>) throws(LookupError) -> Value
) throws(LookupError) -> Value {
    try withUnsafe(Array(text.utf8), body)
}

private func withUnsafe<Value>(
    _ bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws(LookupError) -> Value
) throws(LookupError) -> Value {
    try bytes.withUnsafeBufferPointer { (bytes) throws(LookupError) in try body(bytes) }
}

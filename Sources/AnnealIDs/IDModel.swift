import Anneal
public import AnnealCodes
public import AnnealContainer
public import AnnealPlatform

/// What turns vectors of one embedding model into semantic IDs: the code words of each digit, the names of prefixes, and
/// the digits that are predicted attributes. A checked, mapped file; a value that is only read.
///
///     let model = try IDModel(Path("my.ids"))         // made by IDTraining or anneal ids train
///     var session = try IDSession(Engine(), model)
///     let id = session.id(of: "turn the light off")   // 12-5-63
///     print(id.flatMap(model.name(of:)) ?? "no content")
public struct IDModel: Sendable {
    /// SHA-256 of all that the file says.
    public let identity: ContentHash
    /// The embedding model whose vectors these IDs are for.
    public let engine: ContentHash
    /// Texts that the model was trained on.
    public let trainedOn: Int
    /// Bytes of the file.
    public let byteCount: Int
    /// How the digits are found.
    public let quantizer: ResidualQuantizer
    /// How many of the first levels have names and counts for each prefix.
    public let namedLevels: Int
    /// For each level how many texts of training had each digit.
    public let usage: [[Int]]
    /// The digits that are predicted attributes; nil for a model without.
    public let scored: ScoredModel?
    /// For each named prefix, level after level, in the order of digits.
    let prefixCounts: [UInt32]
    let names: IDNames

    /// The size of each level: 64, 64, 64.
    public var sizes: [Int] { quantizer.sizes }
    /// Numbers of a vector.
    public var dimension: Int { quantizer.dimension }
    /// The first digits of ``identity``, which mark IDs of this model.
    public var mark: String { String("\(identity)".prefix(SemanticID.markLength)) }

    /// Prefixes with names, at most.
    static let namedMost = 8192

    /// Opens the model of IDs that lies beside the default embedding model.
    /// - Throws: ``IDError``.
    public init() throws(IDError) { try self.init(IDModel.defaultPath()) }

    /// The file beside the default embedding model that ends in `.ids`.
    /// - Throws: ``IDError/noShippedModel(_:)``.
    public static func defaultPath() throws(IDError) -> Path {
        do throws(EngineError) {
            let model = Path(argument: try Engine.defaultModelPath())
            let ending = Array(".anneal".utf8)
            let stem =
                model.bytes.suffix(ending.count) == ending[...] ? model.bytes.dropLast(ending.count) : model.bytes[...]
            return Path(bytes: stem + ".ids".utf8)
        } catch {
            throw .noShippedModel("\(error)")
        }
    }

    /// How many prefixes a level and those above it have; nil where that is more than get names.
    static func prefixes(_ sizes: [Int], levels: Int) -> Int? {
        var (all, level) = (0, 1)
        for size in sizes[..<levels] {
            guard level <= namedMost / size else { return nil }
            level *= size
            all += level
        }
        return all
    }

    /// Where a named prefix has its count and its name; nil for the root and for what is below the named levels.
    func place(of prefix: SemanticID) -> Int? {
        let digits = prefix.digits
        guard (1...namedLevels).contains(digits.count), zip(digits, sizes).allSatisfy({ $0 < $1 }) else { return nil }
        var (start, level, index) = (0, 1, 0)
        for (position, size) in sizes[..<digits.count].enumerated() {
            if position > 0 { start += level }
            level *= size
            index = index * size + digits[position]
        }
        return start + index
    }

    /// Reads the text of an ID or of a prefix, and checks that it is one of this model's.
    /// - Throws: ``IDError``.
    public func parse(_ text: String) throws(IDError) -> SemanticID {
        let (id, mark) = try SemanticID.read(text)
        if let mark, mark != self.mark { throw .otherModel(expected: self.mark, found: mark) }
        try check(id)
        return id
    }

    /// Refuses an ID with more digits than there are levels, or with a digit that its level has not.
    /// - Throws: ``IDError/digitCount(expected:found:)``, ``IDError/digit(level:size:found:)``.
    public func check(_ id: SemanticID) throws(IDError) {
        guard id.digits.count <= sizes.count else { throw .digitCount(expected: sizes.count, found: id.digits.count) }
        for (level, (digit, size)) in zip(id.digits, sizes).enumerated() where digit >= size {
            throw .digit(level: level + 1, size: size, found: digit)
        }
    }

    /// The vector that an ID or a prefix stands for: the mean, about, of those that have it. Not of unit length.
    /// - Complexity: O(digits · dimension).
    /// - Throws: ``IDError`` for digits that this model has not.
    public func vector(of id: SemanticID) throws(IDError) -> [Float] {
        try check(id)
        return [Float](unsafeUninitializedCapacity: dimension) { numbers, count in
            if let start = numbers.baseAddress { quantizer.decode(id.digits, into: start) }
            count = dimension
        }
    }

    /// What the texts of the deepest named prefix of an ID share; nil for the root.
    public func name(of id: SemanticID) -> IDName? {
        place(of: id.prefix(min(namedLevels, id.digits.count))).map { names[$0] }
    }

    /// How many texts of training begin with a prefix; nil where that is not kept.
    public func count(of prefix: SemanticID) -> Int? {
        prefix.digits.isEmpty ? trainedOn : place(of: prefix).map { Int(prefixCounts[$0]) }
    }

    /// The IDs on the way from one to another: those of vectors on the straight line between theirs, each named once.
    /// - Parameter steps: how many vectors between the two are asked for.
    /// - Returns: the first, what lies between, the last.
    /// - Throws: ``IDError`` for digits that this model has not.
    public func between(_ start: SemanticID, _ end: SemanticID, steps: Int) throws(IDError) -> [SemanticID] {
        let (from, to) = (try vector(of: start), try vector(of: end))
        let coder = makeCoder()
        var way = [start]
        for step in 1..<max(1, steps + 1) {
            let part = Float(step) / Float(steps + 1)
            let mixed = zip(from, to).map { $0 + part * ($1 - $0) }
            let found = try mixed.withUnsafeBufferPointer { (vector) throws(IDError) in try coder.id(of: vector) }
            if let found, !way.contains(found), found != end { way.append(found) }
        }
        return start == end ? way : way + [end]
    }

    /// What finds IDs, with memory of its own: one a thread.
    public func makeCoder() -> IDCoder { IDCoder(self) }
}

/// What the texts under a prefix share.
public struct IDName: Equatable, Sendable, CustomStringConvertible {
    /// Words that they have more often than the texts of the prefix above, the most telling first.
    public let words: [String]
    /// The part of the texts with at least one of these words.
    public let purity: Double
    /// A class of the word list that was given in training; nil where there was none, or too few of its words are here.
    public let category: String?
    /// The part of the list's words under the prefix that are of that class.
    public let categoryPurity: Double

    /// Below it a name would promise too much.
    public static let leastPurity = 0.4

    /// Whether so few of the texts share anything that a name would promise too much.
    public var isMixed: Bool { purity < Self.leastPurity && categoryPurity < Self.leastPurity }

    /// Words, class, or both, as far as they are pure; `mixed` and the words otherwise.
    public var description: String {
        func percent(_ part: Double) -> String { "\(Int((100 * part).rounded())) %" }
        var parts: [String] = []
        if let category, categoryPurity >= Self.leastPurity { parts.append("\(category) (\(percent(categoryPurity)))") }
        if purity >= Self.leastPurity { parts.append("\(words.joined(separator: ", ")) (\(percent(purity)))") }
        if !parts.isEmpty { return parts.joined(separator: "; ") }
        return words.isEmpty ? "mixed" : "mixed: \(words.joined(separator: ", ")) (\(percent(purity)))"
    }
}

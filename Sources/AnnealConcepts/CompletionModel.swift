public import Anneal
public import AnnealContainer
import AnnealModel
public import AnnealPlatform

/// A model of completions: words, how likely each is behind two others, and concepts that say which words a context calls for.
///
///     let engine = try Engine()
///     let completer = try Completer(CompletionModel(), engine: engine)
///     completer.completions(of: "turn off the li", count: 3)
///
/// One file, mapped and checked once; immutable, for any number of threads. Docs/Completion.md describes it.
public final class CompletionModel: Sendable {
    /// The hash of the file.
    public let identity: ContentHash
    /// The hash of the embedding model among whose vectors the concepts are.
    public let engine: ContentHash
    public let byteCount: Int
    /// The settings that it completes with, unless a caller has others.
    public let settings: FieldSettings
    /// Words of the texts that it was trained on.
    public let trainedOn: Int
    let vocabulary: Vocabulary
    let ngrams: NGrams
    let field: ConceptField
    /// How likely each word is anywhere.
    let frequencies: [Float]
    private let container: OpenContainer

    /// Words that it can propose.
    public var wordCount: Int { vocabulary.count - Vocabulary.firstWord }
    public var conceptCount: Int { field.count }
    public var bigramCount: Int { ngrams.bigrams.entryCount }
    public var trigramCount: Int { ngrams.trigrams.entryCount }

    static let fileName = "default.completions"

    /// The model that ships with the package.
    /// - Throws: ``CompletionError/noShippedModel(_:)`` where none lies beside the default model.
    public convenience init() throws(CompletionError) {
        guard let path = Engine.shippedFile(named: Self.fileName) else {
            throw .noShippedModel(
                "expected a model of completions (\(Self.fileName)) beside the default model, found none")
        }
        try self.init(Path(path))
    }

    /// Opens and checks a file.
    /// - Complexity: O(bytes).
    public convenience init(_ path: Path) throws(CompletionError) {
        let container: OpenContainer
        do throws(ContainerError) {
            container = try OpenContainer(FileStorage(mapping: path.argument), as: .completions)
        } catch {
            throw .container(error)
        }
        try self.init(container)
    }

    /// - Complexity: O(bytes), which are copied.
    public convenience init(bytes: [UInt8]) throws(CompletionError) {
        let container: OpenContainer
        do throws(ContainerError) {
            container = try OpenContainer(bytes.withUnsafeBytes { FileStorage(copying: $0) }, as: .completions)
        } catch {
            throw .container(error)
        }
        try self.init(container)
    }

    private init(_ container: OpenContainer) throws(CompletionError) {
        let head = try CompletionHead(reading: container.section(.head))
        vocabulary = try Vocabulary(container, count: head.vocabulary)
        ngrams = try NGrams(container, vocabulary: head.vocabulary, discounts: head.discounts)
        field = try ConceptField(
            container, count: head.concepts, dimension: head.dimension, vocabulary: head.vocabulary)
        let counts: SectionIntegers<UInt32> = try SectionIntegers(container, .counts, count: head.vocabulary)
        let total = (0..<head.vocabulary).reduce(0.0) { $0 + Double(counts[$1]) }
        frequencies = (0..<head.vocabulary).map { Float(Double(counts[$0]) / max(1, total)) }
        settings = head.settings
        engine = head.engine
        trainedOn = head.trainedOn
        identity = container.contentHash
        byteCount = container.byteCount
        self.container = container
    }

    /// - Throws: ``CompletionError/otherEngine(expected:found:)`` unless the concepts are for this engine's vectors.
    public func check(_ engine: Engine) throws(CompletionError) {
        guard engine.model.contentHash == self.engine else {
            throw .otherEngine(expected: self.engine, found: engine.model.contentHash)
        }
    }
}

/// The first section of a file: the numbers that the others go by.
struct CompletionHead {
    let engine: ContentHash
    let vocabulary: Int
    let dimension: Int
    let concepts: Int
    let trainedOn: Int
    let settings: FieldSettings
    let discounts: [Discounts]

    private static let hashBytes = 32
    /// Vocabulary, dimension, concepts, words of training in two halves, 0; then floats: four settings, nine discounts.
    private static let wholeFields = 6
    private static let floatFields = 13
    static let conceptsMost = 4096

    init(
        engine: ContentHash, vocabulary: Int, dimension: Int, concepts: Int, trainedOn: Int, settings: FieldSettings,
        discounts: [Discounts]
    ) {
        self.engine = engine
        self.vocabulary = vocabulary
        self.dimension = dimension
        self.concepts = concepts
        self.trainedOn = trainedOn
        self.settings = settings
        self.discounts = discounts
    }

    var bytes: [UInt8] {
        let floats =
            [settings.sharpness, settings.strength, settings.floor, settings.cache]
            + discounts.flatMap { [$0.one, $0.two, $0.more] }
        return engine.bytes
            + littleEndian(
                [
                    UInt32(vocabulary), UInt32(dimension), UInt32(concepts), UInt32(truncatingIfNeeded: trainedOn),
                    UInt32(trainedOn >> 32), 0,
                ] + floats.map(\.bitPattern))
    }

    init(reading bytes: UnsafeRawBufferPointer) throws(CompletionError) {
        let expected = Self.hashBytes + 4 * (Self.wholeFields + Self.floatFields)
        guard bytes.count == expected else {
            throw .sectionLength(.head, expectedBytes: expected, foundBytes: bytes.count)
        }
        func whole(_ what: String, _ index: Int, _ range: ClosedRange<Int>) throws(CompletionError) -> Int {
            let value: UInt32 = bytes.littleEndian(at: Self.hashBytes + 4 * index)
            guard range.contains(Int(value)) else {
                throw .value(
                    .head, what: what, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(value)")
            }
            return Int(value)
        }
        func float(_ index: Int) -> Float {
            Float(bitPattern: bytes.littleEndian(at: Self.hashBytes + 4 * (Self.wholeFields + index)))
        }
        engine = ContentHash(bytes: Array(bytes[..<Self.hashBytes]))
        vocabulary = try whole("words", 0, Vocabulary.firstWord + 1...Vocabulary.most)
        dimension = try whole("dimension", 1, 1...1 << 16)
        concepts = try whole("concepts", 2, 1...Self.conceptsMost)
        trainedOn =
            try whole("words of training", 3, 0...Int(UInt32.max)) + (whole("words of training", 4, 0...1 << 20) << 32)
        _ = try whole("reserved field", 5, 0...0)
        settings = FieldSettings(sharpness: float(0), strength: float(1), floor: float(2), cache: float(3))
        do throws(CompletionError) { try settings.check() } catch {
            guard case .setting(let name, let expected, let found) = error else { throw error }
            throw .value(.head, what: name, expected: expected, found: found)
        }
        discounts = try (0..<NGrams.order).map { order throws(CompletionError) in
            let first = 4 + 3 * order
            guard let discounts = Discounts(one: float(first), two: float(first + 1), more: float(first + 2)) else {
                throw .value(
                    .head, what: "discounts of order \(order + 1)", expected: "at most 1, 2 and 3",
                    found: "\(float(first)), \(float(first + 1)), \(float(first + 2))")
            }
            return discounts
        }
    }
}

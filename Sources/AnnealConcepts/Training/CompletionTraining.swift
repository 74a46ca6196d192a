public import Anneal
import AnnealContainer
import AnnealFormats
import AnnealManifold
import AnnealModel
import AnnealPlatform

/// How a model of completions is made.
public struct CompletionTrainingSettings: Sendable {
    /// Words that are kept in memory, at most: of a larger corpus texts are left out evenly. Training takes some 40 bytes a word.
    public var corpusWords = 40_000_000
    /// Words that the model knows, at most.
    public var vocabulary = 32_000
    public var concepts = 256
    /// Bytes of the file, about, at most: the rarest n-grams are left out.
    public var byteLimit = 47_000_000
    public var field = FieldSettings.chosen
    public var seed: UInt64 = 0
    public var threads = 1

    public init() {}

    public static let vocabularyMost = Vocabulary.most - Vocabulary.firstWord
    public static let conceptsMost = CompletionHead.conceptsMost

    func check() throws(CompletionError) {
        func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(CompletionError) {
            guard range.contains(value) else {
                throw .setting(name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(value)")
            }
        }
        try check("corpus words", corpusWords, 1000...1 << 31)
        try check("vocabulary", vocabulary, 1...Self.vocabularyMost)
        try check("concepts", concepts, 1...Self.conceptsMost)
        try check("megabytes", byteLimit / 1_000_000, 1...2147)
        try field.check()
    }
}

/// Makes a model of completions from texts.
///
///     var training = try CompletionTraining(CompletionTrainingSettings())
///     for line in lines { training.add(line) }
///     let bytes = try training.finish(with: engine)
///
/// The same texts in the same order, settings and seed give the same bytes, whatever the number of threads.
public struct CompletionTraining {
    private let settings: CompletionTrainingSettings
    private var corpus: Corpus

    /// Words that a corpus has at least.
    public static let wordsLeast = 100
    /// From one context of a text to the next, in words. The words up to the next one are those that come near it.
    private static let stride = 8
    /// Contexts that the concepts are found on, and that words are counted by, at most.
    private static let clusteredMost = 16_384
    private static let countedMost = 400_000
    /// Contexts whose vectors are in memory at once.
    private static let block = 4096

    public init(_ settings: CompletionTrainingSettings) throws(CompletionError) {
        try settings.check()
        self.settings = settings
        corpus = Corpus(wordsMost: settings.corpusWords)
    }

    /// One text of so many is kept: 1 unless the corpus is larger than the settings have it.
    public var step: Int { corpus.step }

    /// Adds a text, a line of a corpus.
    public mutating func add(_ text: UnsafeBufferPointer<UInt8>) { corpus.add(text) }

    public mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { corpus.add($0) }
    }

    /// Makes the file's bytes.
    /// - Parameter progress: told what is done now.
    /// - Complexity: O(words), and O(contexts · concepts · dimension) for the concepts.
    /// - Throws: ``CompletionError/tooLittleText(expectedWords:foundWords:)``.
    public consuming func finish(
        with engine: Engine, progress: @escaping (String) -> Void = { _ in }
    ) throws(CompletionError) -> [UInt8] {
        progress("numbering the words")
        let texts = corpus.numbered(most: settings.vocabulary)
        guard texts.words.count >= Self.wordsLeast, !texts.folded.isEmpty else {
            throw .tooLittleText(expectedWords: Self.wordsLeast, foundWords: texts.words.count)
        }
        let vocabulary = texts.counts.count
        let concepts = try Self.concepts(of: texts, engine, settings, progress)
        progress("counting word sequences")
        var counter = NGramCounter(vocabulary: vocabulary)
        var start = 0
        for end in texts.sentenceEnds {
            counter.add(texts.words[start..<end])
            start = end
        }
        let stringBytes = (texts.folded + texts.spelled).reduce(0) { $0 + $1.count + 4 }
        let others =
            stringBytes + 12 * vocabulary + 3 * concepts.rows.words.count + 4 * concepts.centres.rows
            * concepts.centres.columns
        let tables = counter.finish(bytesMost: max(1 << 18, settings.byteLimit - others - (1 << 14)))
        let head = CompletionHead(
            engine: engine.model.contentHash, vocabulary: vocabulary, dimension: engine.dimension,
            concepts: concepts.centres.rows, trainedOn: texts.words.count, settings: settings.field,
            discounts: tables.discounts)
        let centres = UnsafeBufferPointer(
            start: concepts.centres.storage, count: concepts.centres.rows * concepts.centres.columns)
        let sections: [(tag: SectionTag, bytes: [UInt8])] = [
            (.head, head.bytes), (.foldedBytes, Array(texts.folded.joined())), (.foldedEnds, Self.ends(texts.folded)),
            (.spelledBytes, Array(texts.spelled.joined())), (.spelledEnds, Self.ends(texts.spelled)),
            (.counts, littleEndian(texts.counts)), (.continuations, littleEndian(tables.continuations)),
            (.bigramStarts, littleEndian(tables.bigrams.starts)), (.bigramWords, littleEndian(tables.bigrams.words)),
            (.bigramCounts, tables.bigrams.codes), (.trigramStarts, littleEndian(tables.trigrams.starts)),
            (.trigramWords, littleEndian(tables.trigrams.words)), (.trigramCounts, tables.trigrams.codes),
            (.centres, littleEndian(centres.map(\.bitPattern))), (.conceptStarts, littleEndian(concepts.rows.starts)),
            (.conceptWords, littleEndian(concepts.rows.words)), (.conceptCounts, concepts.rows.codes),
        ]
        let bytes: [UInt8]
        do throws(ContainerError) { bytes = try ContainerWriter.layOut(sections, as: .completions) } catch {
            throw .container(error)
        }
        // Words and concepts are never left out, only sequences.
        guard bytes.count <= settings.byteLimit else {
            throw .setting(
                "megabytes", expected: "at least \((bytes.count + 999_999) / 1_000_000) for these words and concepts",
                found: "\(settings.byteLimit / 1_000_000)")
        }
        return bytes
    }

    private static func ends(_ words: [[UInt8]]) -> [UInt8] {
        var end: UInt32 = 0
        return littleEndian(
            words.map {
                end += UInt32($0.count)
                return end
            })
    }

    // MARK: Concepts

    /// A context: the words before a place, and those behind it that come near it.
    private struct Place {
        let start: Int
        let place: Int
        let end: Int
    }

    private static func places(_ texts: Corpus.Numbered) -> [Place] {
        var places: [Place] = []
        var start = 0
        for end in texts.textEnds {
            for place in Swift.stride(from: start + stride, to: end, by: stride) {
                places.append(
                    Place(
                        start: max(start, place - ConceptField.contextWords), place: place,
                        end: min(end, place + stride)))
            }
            start = end
        }
        return evenly(places, most: countedMost)
    }

    private static func evenly(_ places: [Place], most: Int) -> [Place] {
        if places.count <= most { return places }
        return (0..<most).map { places[$0 * places.count / most] }
    }

    /// Carriers among the vectors of contexts, and how often each word comes near each.
    private static func concepts(
        of texts: Corpus.Numbered, _ engine: Engine, _ settings: CompletionTrainingSettings,
        _ progress: @escaping (String) -> Void
    ) throws(CompletionError) -> (centres: Matrix, rows: CountRowsWriter) {
        let places = places(texts)
        var rows = CountRowsWriter()
        // Of texts of a few words only there are no contexts: one concept that nothing is known of.
        guard !places.isEmpty else {
            rows.endRow()
            return (Matrix(rows: 1, columns: engine.dimension), rows)
        }
        progress("reading contexts")
        let sample = vectors(of: evenly(places, most: clusteredMost), texts, engine, threads: settings.threads)
        var clustering = Clustering(seed: settings.seed, threads: settings.threads)
        clustering.moves = 0
        let centres: Matrix
        do throws(ManifoldError) {
            centres = try clustering.clusters(of: sample, count: min(settings.concepts, sample.rows)) { step in
                progress("finding concepts, \(Int(step.hardness * 100)) % hard")
            }.centres
        } catch {
            preconditionFailure("vectors of contexts are refused: \(error)")
        }
        for row in 0..<centres.rows {
            let length = Float(centres.dot(row, centres, row).squareRoot())
            if length > 0 { for column in 0..<centres.columns { centres.row(row)[column] /= length } }
        }
        // A pair of concept and word for each word behind a context.
        var pairs: [UInt64] = []
        for first in Swift.stride(from: 0, to: places.count, by: block) {
            progress("counting words of concepts, \(100 * first / places.count) %")
            let part = Array(places[first..<min(places.count, first + block)])
            let matrix = vectors(of: part, texts, engine, threads: settings.threads)
            for (place, concept) in zip(part, KMeans.nearest(matrix, centres, threads: settings.threads)) {
                for word in place.place..<place.end { pairs.append(UInt64(concept) << 16 | UInt64(texts.words[word])) }
            }
        }
        RadixSort.sort(&pairs, from: 0, bits: 32)
        var (index, concept) = (0, UInt64(0))
        while concept < centres.rows {
            while index < pairs.count, pairs[index] >> 16 == concept {
                let pair = pairs[index]
                var count = 0
                while index < pairs.count, pairs[index] == pair { (index, count) = (index + 1, count + 1) }
                rows.add(UInt16(truncatingIfNeeded: pair), count)
            }
            rows.endRow()
            concept += 1
        }
        return (centres, rows)
    }

    /// The vectors of contexts, a row each.
    private static func vectors(
        of places: [Place], _ texts: Corpus.Numbered, _ engine: Engine, threads: Int
    ) -> Matrix {
        let matrix = Matrix(rows: places.count, columns: engine.dimension)
        let settings: SessionSettings
        do throws(EngineError) { settings = try engine.settings() } catch {
            preconditionFailure("all dimensions of a model are refused: \(error)")
        }
        Parallel.forEachChunk(of: places.count, size: 64, threads: threads) { _, range in
            engine.withSession(settings) { session in
                var text: [UInt8] = []
                for index in range {
                    text.removeAll(keepingCapacity: true)
                    for word in places[index].start..<places[index].place where texts.foldings[word] != .max {
                        if !text.isEmpty { text.append(0x20) }
                        texts.table.withBytes(of: Int(texts.foldings[word])) { text.append(contentsOf: $0) }
                    }
                    var row = UnsafeMutableBufferPointer(start: matrix.row(index), count: matrix.columns).mutableSpan
                    session.embed(text.span, into: &row)
                }
            }
        }
        return matrix
    }
}

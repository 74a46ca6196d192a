public import Anneal
import AnnealPlatform

/// How well a model completes texts that it has not seen, beside what simpler ways come to.
public struct CompletionMeasurement: Sendable {
    /// A way to predict.
    public struct Way: Sendable {
        public let name: String
        let parts: Completer.Parts
        let hasGenre: Bool
        var hits: Bool { parts.order == NGrams.order }
    }

    /// All ways that are compared; those with a genre only where genres are known.
    static let ways: [Way] = [
        way("words", order: 0), way("concepts", order: 0, concepts: true), way("bigrams", order: 2),
        way("trigrams", order: 3), way("trigrams + cache", order: 3, cache: true),
        way("trigrams x concepts", order: 3, concepts: true),
        way("trigrams x concepts + cache", order: 3, concepts: true, cache: true),
        way("trigrams x genre", order: 3, genre: true),
        way("trigrams x genre + cache", order: 3, cache: true, genre: true),
    ]

    private static func way(
        _ name: String, order: Int, concepts: Bool = false, cache: Bool = false, genre: Bool = false
    ) -> Way {
        Way(
            name: name, parts: Completer.Parts(order: order, hasConcepts: concepts, hasCache: cache), hasGenre: genre)
    }

    /// Letters typed when a word is asked for: none, one, two.
    public static let letters = 3
    /// Only words of at least as many letters are asked for.
    public static let wordLetters = 4

    /// Sums over words.
    public struct Sums: Sendable {
        public fileprivate(set) var logarithms = 0.0
        public fileprivate(set) var words = 0
        /// By letters typed: words asked for; those that were first, and those among the first three.
        public fileprivate(set) var asked = [Int](repeating: 0, count: letters)
        public fileprivate(set) var first = [Int](repeating: 0, count: letters)
        public fileprivate(set) var firstThree = [Int](repeating: 0, count: letters)

        /// The number of equally likely words among which it would be as hard to guess.
        public var perplexity: Double { CMath.exp(-logarithms / Double(max(1, words))) }

        static func += (left: inout Sums, right: Sums) {
            left.logarithms += right.logarithms
            left.words += right.words
            for place in 0..<letters {
                left.asked[place] += right.asked[place]
                left.first[place] += right.first[place]
                left.firstThree[place] += right.firstThree[place]
            }
        }
    }

    public let ways: [Way]
    /// For each source of texts the sums of each way.
    public let sources: [[Sums]]
    /// One text: how many words were predicted, and for each way the sum of the logarithms of their probabilities.
    public struct TextSums: Sendable {
        public let words: Int
        public let logarithms: [Double]
    }

    /// For each source its texts.
    public let texts: [[TextSums]]
    /// Words that the model does not know; they are not predicted.
    public let unknown: Int
    /// Seconds of calls that complete a text in its middle, ascending; empty if none were made.
    public let seconds: [Double]

    /// The sums of each way over all sources.
    public var total: [Sums] {
        ways.indices.map { way in
            var sum = Sums()
            for source in sources { sum += source[way] }
            return sum
        }
    }

    /// Calls that are timed, at most.
    private static let calls = 2000

    /// Measures on texts.
    /// - Parameters:
    ///   - sources: texts of each source.
    ///   - genres: texts of the same sources, in the same order, that tell how frequent words are in each: what somebody would know
    ///     who knows where a text is from. Nil for none.
    ///   - genreStrength: the power that the genre's lift is raised to.
    ///   - timed: whether calls are timed, one after the other.
    /// - Complexity: O(words · vocabulary).
    public static func measure(
        _ model: CompletionModel, _ engine: Engine, settings: FieldSettings? = nil, on sources: [[String]],
        genres: [[String]]? = nil, genreStrength: Float = 1, timed: Bool = false, threads: Int = 1
    ) throws(CompletionError) -> CompletionMeasurement {
        if let genres, genres.count != sources.count {
            throw .setting("genres", expected: "\(sources.count), one a source", found: "\(genres.count)")
        }
        guard (0...FieldSettings.strengthMost).contains(genreStrength) else {
            throw .setting("genre-strength", expected: "0 to \(FieldSettings.strengthMost)", found: "\(genreStrength)")
        }
        let ways = Self.ways.filter { !$0.hasGenre || genres != nil }
        // Refused here rather than on a thread.
        let first = try Completer(model, engine: engine, settings: settings)
        let frequencies = genres?.map { first.frequencies(in: $0) }
        var (sums, textSums, unknown) = ([[Sums]](), [[TextSums]](), 0)
        for (source, texts) in sources.enumerated() {
            let parts = try Parallel.mapChunks(of: texts.count, size: 16, threads: threads) {
                (range) throws(CompletionError) -> Meter in
                var meter = Meter(
                    completer: try Completer(model, engine: engine, settings: settings), ways: ways,
                    genre: frequencies?[source], genreStrength: genreStrength)
                for text in texts[range] { meter.add(text) }
                return meter
            }
            var all = ways.map { _ in Sums() }
            for part in parts {
                for way in ways.indices { all[way] += part.sums[way] }
                unknown += part.unknown
            }
            sums.append(all)
            textSums.append(parts.flatMap(\.texts))
        }
        var seconds: [Double] = []
        if timed {
            for text in sources.joined().prefix(calls) {
                let half = String(text.prefix(text.count / 2))
                let begin = MonotonicClock.seconds
                _ = first.completions(of: half, count: 10)
                seconds.append(MonotonicClock.seconds - begin)
            }
        }
        return CompletionMeasurement(
            ways: ways, sources: sums, texts: textSums, unknown: unknown, seconds: seconds.sorted())
    }
}

/// Adds up how texts are predicted.
///
/// `@unchecked Sendable`: what one thread has added up is read by another when it is done.
private struct Meter: @unchecked Sendable {
    let completer: Completer
    let ways: [CompletionMeasurement.Way]
    let genre: [Float]?
    let genreStrength: Float
    var sums: [CompletionMeasurement.Sums]
    var texts: [CompletionMeasurement.TextSums] = []
    var unknown = 0

    init(completer: Completer, ways: [CompletionMeasurement.Way], genre: [Float]?, genreStrength: Float) {
        (self.completer, self.ways, self.genre, self.genreStrength) = (completer, ways, genre, genreStrength)
        sums = ways.map { _ in CompletionMeasurement.Sums() }
    }

    mutating func add(_ text: String) {
        var state = Completer.State()
        let before = sums
        completer.forEachWord(of: text) { word, folded, isFirst in
            if isFirst { state.endSentence() }
            if word == Vocabulary.unknown {
                unknown += 1
            } else {
                predict(Int(word), folded, state)
            }
            state.add(word, folded)
        }
        texts.append(
            CompletionMeasurement.TextSums(
                words: sums[0].words - before[0].words,
                logarithms: zip(sums, before).map { $0.logarithms - $1.logarithms }))
    }

    private mutating func predict(_ word: Int, _ folded: [UInt8], _ state: Completer.State) {
        let isAsked = folded.count >= CompletionMeasurement.wordLetters && folded.allSatisfy { $0 < 0x80 }
        for (place, way) in ways.enumerated() {
            completer.predict(state, with: way.parts, genre: way.hasGenre ? genre : nil, genreStrength: genreStrength)
            let probability = completer.probabilities[word]
            sums[place].logarithms += CMath.log(Double(probability))
            sums[place].words += 1
            guard isAsked, way.hits else { continue }
            for letters in 0..<CompletionMeasurement.letters {
                let range = completer.model.vocabulary.words(beginningWith: folded[..<letters])
                var better = 0
                for other in range where completer.probabilities[other] > probability { better += 1 }
                sums[place].asked[letters] += 1
                if better == 0 { sums[place].first[letters] += 1 }
                if better < 3 { sums[place].firstThree[letters] += 1 }
            }
        }
    }
}

public import Anneal
import AnnealCodes
import AnnealModel
import AnnealPlatform

/// How a word model is trained.
public struct WordModelSettings: Sendable {
    /// Words of the model at most; the most frequent ones of the texts.
    public var words = 50_000
    /// Texts that are packed to see which words are kept.
    public var sample = 30_000
    /// What packed texts of the sample take in the mean.
    public var meanBytes = 10.0
    public var rounds = 2
    public var seed: UInt64 = 7
    public var threads = 1

    public init() {}
}

/// Learns from texts how probable words are where texts are packed.
///
/// Words that are packed are not those that are written: "the" hardly ever is. So a first model counts all words, a sample
/// is packed with it, and the next one counts what was kept.
public struct WordModelTraining {
    private let engine: Engine
    private let settings: WordModelSettings
    private var reader: WordReader
    private var counts: [[UInt8]: Int] = [:]
    /// Texts for the sample: a random part of all, kept by reservoir.
    private var sample: [[UInt8]] = []
    private var texts = 0
    private var random: SplitMix64
    private let report: (String) -> Void

    /// - Parameter report: told what is done, a line at a time.
    public init(engine: Engine, settings: WordModelSettings, report: @escaping (String) -> Void) {
        self.engine = engine
        self.settings = settings
        self.report = report
        reader = WordReader(engine.model.tokenizer)
        random = SplitMix64(seed: settings.seed)
    }

    /// Counts the words of a text.
    public mutating func add(_ utf8: Span<UInt8>, with session: inout Session) {
        var new: Set<[UInt8]> = []
        reader.forEachWord(of: utf8, in: &session) { new.insert($0) }
        if new.isEmpty { return }
        for word in new { counts[word, default: 0] += 1 }
        texts += 1
        let place = texts <= settings.sample ? sample.count : random.below(texts)
        guard place < settings.sample else { return }
        var text: [UInt8] = []
        text.reserveCapacity(utf8.count)
        for index in utf8.indices { text.append(utf8[index]) }
        if place == sample.count { sample.append(text) } else { sample[place] = text }
    }

    /// The bytes of the model's file.
    /// - Throws: ``WordModelError`` if there were no words, or ``EngineError``.
    public func train() throws -> [UInt8] {
        let ranked = counts.filter { $0.value > 1 }.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
        }
        let kept = ranked.prefix(settings.words).sorted { $0.key.lexicographicallyPrecedes($1.key) }
        report("\(texts) texts, \(counts.count) words, \(kept.count) kept")
        var parts = WordModelParts()
        parts.words = kept.map(\.key)
        let written = kept.map { Double($0.value) }
        let rest = Double(counts.values.reduce(0, +)) - written.reduce(0, +)
        parts.frequencies = written + [max(1, rest)]
        parts.lengths = [Double](repeating: 1, count: WordModel.groupLimit + 1)
        parts.metadata = metadata(kept.count)
        var file = try parts.file()
        var model = try WordModel(bytes: file)
        for round in 1...max(1, settings.rounds) {
            let sets = try pack(model)
            count(sets, written: written, rest: rest, into: &parts)
            file = try parts.file()
            model = try WordModel(bytes: file)
            var meter = WordSetMeter(model)
            let bits = sets.reduce(0) { $0 + meter.bits(of: $1) } / Double(max(1, sets.count))
            report("round \(round): \(bits) bits a text of the sample by the new model")
        }
        return file
    }

    private func metadata(_ words: Int) -> String {
        """
        model = \(engine.model.contentHash)
        sample = \(sample.count)
        texts = \(texts)
        words = \(words)

        """
    }

    /// What is kept of the sample.
    private func pack(_ model: WordModel) throws -> [WordSet] {
        let packer = TextPacker(engine: engine, words: model)
        let run = try PackingRun(packer, goal: PackingGoal(meanBytes: settings.meanBytes), threads: settings.threads)
        var sets: [WordSet] = []
        for start in stride(from: 0, to: sample.count, by: PackingRun.portion) {
            let portion = sample[start..<min(sample.count, start + PackingRun.portion)]
            var ends: [Int] = []
            var text: [UInt8] = []
            for line in portion {
                text.append(contentsOf: line)
                ends.append(text.count)
            }
            text.withUnsafeBufferPointer { text in sets += run.pack(text, ends: ends).map(\.words) }
        }
        return sets
    }

    /// Sets the frequencies of words and lengths by what was kept.
    private func count(_ sets: [WordSet], written: [Double], rest: Double, into parts: inout WordModelParts) {
        var kept = [Double](repeating: 0, count: written.count)
        var spelled = 0.0
        var lengths = [Double](repeating: 0.05, count: WordModel.groupLimit + 1)
        for set in sets {
            for word in set.known { kept[word] += 1 }
            spelled += Double(set.spelled.count)
            lengths[min(set.count, WordModel.groupLimit)] += 1
        }
        let scale = Double(sets.count) / Double(max(1, texts))
        // The share of writings that is kept, of rare words as of all rare words together.
        var (rareKept, rareWritten) = (1.0, 2.0)
        for word in written.indices where written[word] * scale < 4 {
            rareKept += kept[word]
            rareWritten += written[word] * scale
        }
        let usual = min(1, rareKept / rareWritten)
        for word in written.indices {
            let rate = (kept[word] + 2 * usual) / (written[word] * scale + 2)
            parts.frequencies[word] = rate * written[word]
        }
        parts.frequencies[written.count] = (spelled + 0.5) / scale
        parts.lengths = lengths
    }
}

import Anneal
import AnnealServiceKit

/// Texts that are embedded a step at a time, so that long work lets other requests run in between and its vectors need
/// not all be in memory at once.
///
/// A step runs where it is called: on one of Swift's concurrent threads, of which there is one a processor, never on an
/// event loop. It is lent a session and waits for nothing meanwhile, so there are as many sessions in use as processors at
/// the most.
struct EmbeddingWork: Sendable {
    /// A step ends with the text that reaches one of these: a few milliseconds.
    static let stepBytes = 1 << 16
    static let stepTexts = 64

    let model: ServedModel
    let texts: [String]
    let settings: SessionSettings
    /// Whether one step is enough.
    let isShort: Bool
    /// Of the texts that are done.
    private(set) var tokens = 0
    /// Of the texts that are done, if the work is short: there is no place for those of more.
    private(set) var unknown: [UnknownBytes] = []
    private var next = 0

    init(_ texts: [String], model: ServedModel, settings: SessionSettings) {
        self.model = model
        self.texts = texts
        self.settings = settings
        isShort = EmbeddingWork.isShort(texts)
    }

    static func isShort(_ texts: [String]) -> Bool {
        texts.count <= stepTexts && texts.reduce(0) { $0 + $1.utf8.count } <= stepBytes
    }

    /// Embeds the next texts.
    /// - Returns: their numbers, and a row for each; nil when all are done.
    mutating func step() -> (texts: Range<Int>, vectors: [Float])? {
        guard next < texts.count else { return nil }
        let first = next
        let last = min(first + EmbeddingWork.stepTexts, texts.count)
        var vectors: [Float] = []
        vectors.reserveCapacity((last - first) * settings.dimension)
        var vector = [Float](repeating: 0, count: settings.dimension)
        model.engine.withSession(settings) { session in
            var done = 0
            while next < last, done < EmbeddingWork.stepBytes {
                let text = texts[next]
                var row = vector.mutableSpan
                session.embed(text, into: &row)
                vectors += vector
                tokens += session.tokenCount
                if isShort { unknown.append(UnknownBytes(of: text, embeddedBy: &session, model.tokenizer)) }
                done += text.utf8.count
                next += 1
            }
        }
        return (first..<next, vectors)
    }
}

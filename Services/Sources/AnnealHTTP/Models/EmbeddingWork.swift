import Anneal
import AnnealSessions

/// Texts that are embedded a step at a time, so that long work lets other requests run in between and its vectors need
/// not all be in memory at once.
///
/// A step runs where it is called: on one of Swift's concurrent threads, of which there is one a processor, never on an
/// event loop. It takes a session and gives it back without waiting in between, so there are as many sessions in use as
/// processors at the most.
struct EmbeddingWork: Sendable {
    /// A step ends with the text that reaches one of these: a few milliseconds.
    static let stepBytes = 1 << 16
    static let stepTexts = 64

    let model: ServedModel
    let texts: [String]
    let settings: SessionSettings
    /// Of the texts that are done.
    private(set) var tokens = 0
    private var next = 0

    init(_ texts: [String], model: ServedModel, settings: SessionSettings) {
        self.model = model
        self.texts = texts
        self.settings = settings
    }

    /// Whether one step is enough.
    var isShort: Bool {
        texts.count <= EmbeddingWork.stepTexts
            && texts.reduce(0) { $0 + $1.utf8.count } <= EmbeddingWork.stepBytes
    }

    /// Embeds the next texts.
    /// - Returns: their numbers, and a row for each; nil when all are done.
    mutating func step() throws -> (texts: Range<Int>, vectors: [Float])? {
        guard next < texts.count else { return nil }
        let first = next
        let last = min(first + EmbeddingWork.stepTexts, texts.count)
        let dimension = settings.dimension
        var vectors = [Float](repeating: 0, count: (last - first) * dimension)
        let pooled = try model.pool.take(settings)
        defer { model.pool.putBack(pooled) }
        var done = 0
        while next < last, done < EmbeddingWork.stepBytes {
            var text = texts[next]
            text.withUTF8 { utf8 in
                vectors.withUnsafeMutableBufferPointer { rows in
                    // In bounds: there is a row for each text from first up to last.
                    _ = pooled.session.embed(utf8, into: rows.baseAddress! + (next - first) * dimension)
                }
                tokens += pooled.session.tokenCount
                done += utf8.count
            }
            next += 1
        }
        return (first..<next, vectors)
    }
}

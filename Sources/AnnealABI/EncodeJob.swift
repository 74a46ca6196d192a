import Anneal
import AnnealPlatform
import Synchronization

/// One call of `anneal_encode`: threads take shares of the texts in turn until none is left.
final class EncodeJob: Sendable {
    private let engine: Engine
    private let settings: SessionSettings
    private let texts: TextBatch
    /// Row `i` is written by the one thread that took text `i`.
    nonisolated(unsafe) private let vectors: UnsafeMutablePointer<Float>
    private let nextShare = Atomic<Int>(0)
    /// A text whose offsets have changed during the call, or -1.
    private let changed = Atomic<Int>(-1)

    /// Texts that a thread takes at a time: 16 of the usual length are about 0.1 ms of work.
    private static let share = 16

    /// - Precondition: `vectors` has room for `texts.count * settings.dimension` numbers.
    init(
        _ engine: Engine, _ settings: SessionSettings, _ texts: TextBatch, into vectors: UnsafeMutablePointer<Float>
    ) {
        self.engine = engine
        self.settings = settings
        self.texts = texts
        self.vectors = vectors
    }

    /// - Throws: ``CallError`` for offsets that change meanwhile.
    func run(threads: Int) throws(CallError) {
        let shares = (texts.count + EncodeJob.share - 1) / EncodeJob.share
        let workers = min(threads, shares)
        Parallel.forEach(workers, threads: workers) { [self] _, _ in
            engine.withSession(settings) { work(&$0) }
        }
        let place = changed.load(ordering: .relaxed)
        guard place < 0 else {
            throw .argument("expected offsets that stay as they are during the call, found others at text \(place)")
        }
        assert(nextShare.load(ordering: .relaxed) >= shares, "the caller's thread leaves no share behind")
    }

    private func work(_ session: inout Session) {
        while true {
            let share = nextShare.wrappingAdd(1, ordering: .relaxed).oldValue
            let start = share * EncodeJob.share
            guard start < texts.count else { return }
            for index in start..<min(start + EncodeJob.share, texts.count) {
                guard let text = texts.text(index) else {
                    changed.store(index, ordering: .relaxed)
                    // Nobody takes a share any more.
                    nextShare.store(texts.count, ordering: .relaxed)
                    return
                }
                // In bounds: there is room for a row for each text.
                var row = UnsafeMutableBufferPointer(
                    start: vectors + index * settings.dimension, count: settings.dimension
                ).mutableSpan
                session.embed(text.span, into: &row)
            }
        }
    }
}

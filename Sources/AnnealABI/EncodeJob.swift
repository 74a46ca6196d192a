import Anneal
import AnnealPlatform
import AnnealSessions
import Synchronization

/// One call of `anneal_encode`: threads take shares of the texts in turn until none is left.
final class EncodeJob: Sendable {
    private let pool: SessionPool
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
        _ pool: SessionPool, _ settings: SessionSettings, _ texts: TextBatch, into vectors: UnsafeMutablePointer<Float>
    ) {
        self.pool = pool
        self.settings = settings
        self.texts = texts
        self.vectors = vectors
    }

    /// - Throws: ``CallError`` for settings that the model does not have, and for offsets that change meanwhile.
    func run(threads: Int) throws(CallError) {
        // Settings are refused here or never, so the threads' own sessions have no reason left to fail.
        do throws(EngineError) {
            pool.putBack(try pool.take(settings))
        } catch {
            throw CallError(error)
        }
        let shares = (texts.count + EncodeJob.share - 1) / EncodeJob.share
        let workers = min(threads, shares)
        Parallel.forEach(workers, threads: workers) { [self] _, _ in
            guard let own = try? pool.take(settings) else { return }
            work(own)
            pool.putBack(own)
        }
        let place = changed.load(ordering: .relaxed)
        guard place < 0 else {
            throw .argument("expected offsets that stay as they are during the call, found others at text \(place)")
        }
        assert(nextShare.load(ordering: .relaxed) >= shares, "the caller's thread leaves no share behind")
    }

    private func work(_ own: PooledSession) {
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
                own.session.embed(text, into: vectors + index * settings.dimension)
            }
        }
    }
}

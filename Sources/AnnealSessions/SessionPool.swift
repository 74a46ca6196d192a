public import Anneal
import AnnealPlatform

/// An engine with the sessions that wait for the next call, so that a call with one short text does not pay for the
/// set-up of a session and finds the words of the texts before it in the session's cache.
///
/// Unchecked sendable: the sessions are read and written under ``ForkLock`` only. After `fork` a child misses those that
/// other threads were using, and makes new ones.
public final class SessionPool: @unchecked Sendable {
    public let engine: Engine
    private var idle: [PooledSession] = []
    /// Sessions of 4 to 10 MB that are kept between calls.
    private let idleMax: Int

    public init(_ engine: Engine) {
        self.engine = engine
        idleMax = max(8, WorkerThread.available)
    }

    /// A session that is the caller's until ``putBack(_:)``.
    /// - Throws: `EngineError.dimension` for settings that the model does not have.
    public func take(_ settings: SessionSettings) throws(EngineError) -> PooledSession {
        let kept = ForkLock.locked { () -> PooledSession? in
            idle.lastIndex { $0.settings == settings }.map { idle.remove(at: $0) }
        }
        if let kept { return kept }
        return try PooledSession(engine, settings)
    }

    public func putBack(_ session: PooledSession) {
        // What makes room is freed outside the lock.
        let dropped = ForkLock.locked { () -> PooledSession? in
            idle.append(session)
            return idle.count > idleMax ? idle.removeFirst() : nil
        }
        _ = dropped
    }
}

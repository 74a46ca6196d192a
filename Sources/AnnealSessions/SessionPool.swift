import Anneal

/// An engine with the sessions that wait for the next call, so that a call with one short text does not pay for the
/// set-up of a session and finds the words of the texts before it in the session's cache.
///
/// Unchecked sendable: the sessions are read and written under ``ForkLock`` only. After `fork` a child misses those that
/// other threads were using, and makes new ones.
final class OpenEngine: @unchecked Sendable {
    let engine: Engine
    private var idle: [IdleSession] = []
    /// Sessions of 4 to 10 MB that are kept between calls.
    private let idleMax: Int

    init(_ engine: Engine) {
        self.engine = engine
        idleMax = max(8, WorkerThreads.processorCount)
    }

    /// A session that is the caller's until ``putBack(_:)``.
    func take(_ settings: SessionSettings) throws(CallError) -> IdleSession {
        let kept = ForkLock.locked { () -> IdleSession? in
            idle.lastIndex { $0.settings == settings }.map { idle.remove(at: $0) }
        }
        if let kept { return kept }
        do throws(EngineError) {
            return try IdleSession(engine, settings)
        } catch {
            throw CallError(error)
        }
    }

    func putBack(_ session: IdleSession) {
        // What makes room is freed outside the lock.
        let dropped = ForkLock.locked { () -> IdleSession? in
            idle.append(session)
            return idle.count > idleMax ? idle.removeFirst() : nil
        }
        _ = dropped
    }
}

import AnnealPlatform

/// The sessions of an engine that wait for the next call, so that a call with one short text does not pay for making one,
/// and finds the words of the texts before it in its cache.
///
/// Any session can go on for any other, as what tells them apart is set when one is lent. The one that came back last
/// is lent first: its memory is the warmest.
///
/// Unchecked sendable: `idle` is read and written under ``ForkLock`` only. After `fork` a child misses the sessions that
/// other threads were using, and makes new ones.
final class SessionPool: @unchecked Sendable {
    /// Sessions that are kept between calls: one for each thread that can run at once, and never fewer than eight.
    static let idleLimit = max(8, WorkerThread.available)

    private var idle: [PooledSession] = []

    init() { idle.reserveCapacity(SessionPool.idleLimit) }

    /// How many sessions wait.
    var idleCount: Int { ForkLock.locked { idle.count } }

    /// A session that is the caller's until ``putBack(_:)``; nil where none waits.
    func take() -> PooledSession? { ForkLock.locked { idle.popLast() } }

    /// Keeps a session for the next call, or lets it go where enough are kept.
    func putBack(_ session: PooledSession) {
        // What is let go is freed by the caller, outside the lock.
        ForkLock.locked {
            if idle.count < SessionPool.idleLimit { idle.append(session) }
        }
    }
}

/// A session in a place where it can wait. Used by one thread at a time: whoever took it from the pool.
final class PooledSession {
    var session: Session

    init(_ session: consuming Session) { self.session = session }
}

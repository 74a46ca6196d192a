import CAnnealPlatform

/// A lock between threads, with conditions to wait for.
///
/// `@unchecked Sendable`: the system's lock inside is made for threads.
public final class Lock: @unchecked Sendable {
    let handle = anneal_lock_make()

    public init() {}

    deinit { anneal_lock_free(handle) }

    /// Runs `body`, which must not come back here, while no other thread does.
    public func locked<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        anneal_lock_lock(handle)
        defer { anneal_lock_unlock(handle) }
        return try body()
    }
}

/// Something that threads wait for under a lock.
///
/// `@unchecked Sendable`: the system's condition inside is made for threads.
public final class Condition: @unchecked Sendable {
    private let handle = anneal_condition_make()
    private let lock: Lock

    /// - Parameter lock: held by whoever waits.
    public init(_ lock: Lock) { self.lock = lock }

    deinit { anneal_condition_free(handle) }

    /// Lets go of the lock, waits for a signal, takes the lock again. It may also come back without a signal: to be
    /// called in a loop that looks at what is waited for.
    public func wait() { anneal_condition_wait(handle, lock.handle) }

    /// Wakes one thread that waits.
    public func signal() { anneal_condition_signal(handle) }

    /// Wakes all.
    public func broadcast() { anneal_condition_broadcast(handle) }
}

/// The one lock of all tables that a child of `fork` goes on using, held for a few instructions at a time.
///
/// A child of `fork` has only the thread that forked; a lock that another thread held at that moment would stay locked
/// for ever. So `fork` itself takes this lock first and both sides release it.
public enum ForkLock {
    /// Runs `body`, which must not come back here, while no other thread does.
    public static func locked<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        anneal_fork_lock()
        defer { anneal_fork_unlock() }
        return try body()
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The one lock of all session pools, held for a few instructions at a time.
///
/// A child of `fork` has only the thread that forked; a lock that another thread held at that moment would stay locked
/// for ever. So `fork` itself takes this lock first and both sides release it.
public enum ForkLock {
    // Written once, before any other thread can know of it; the mutex inside is what orders all else.
    nonisolated(unsafe) private static let mutex: UnsafeMutablePointer<pthread_mutex_t> = {
        let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
        pthread_atfork(
            { pthread_mutex_lock(ForkLock.mutex) }, { pthread_mutex_unlock(ForkLock.mutex) },
            { pthread_mutex_unlock(ForkLock.mutex) })
        return lock
    }()

    /// Runs `body`, which must not come back here, while no other thread does.
    public static func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}

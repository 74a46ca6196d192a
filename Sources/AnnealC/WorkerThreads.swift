#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads that live as long as one call.
///
/// Threads and no pool: a pool's threads would be gone in a child of `fork`, and starting one costs 20 to 50 µs, which
/// is less than the time of ten texts. Where the system has no thread to give, fewer do the work.
enum WorkerThreads {
    static let processorCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    static let countMax = 256

    /// Runs `body` on the caller's thread and up to `count` - 1 others at once, and waits for all.
    static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        var started: [pthread_t] = []
        for _ in 1..<max(1, min(count, countMax)) {
            guard let thread = start(body) else { break }
            started.append(thread)
        }
        body()
        for thread in started { pthread_join(thread, nil) }
    }

    /// The thread, or nil if the system refuses.
    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        // Released by `begin`, or here where no thread begins.
        let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
            if pthread_create(&thread, nil, { begin($0) }, context) == 0 { return thread }
        #else
            var thread = pthread_t()
            if pthread_create(&thread, nil, { begin($0!) }, context) == 0 { return thread }
        #endif
        Unmanaged<ThreadBody>.fromOpaque(context).release()
        return nil
    }
}

private func begin(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
    return nil
}

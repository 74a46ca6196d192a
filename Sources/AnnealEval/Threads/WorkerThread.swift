#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One operating system thread that runs a function once.
///
/// Plain threads and not tasks: embedding never suspends, each thread owns a session, and starting the concurrency
/// runtime costs a short command more than its work.
public final class WorkerThread {
    private let handle: pthread_t

    /// Starts the thread. Traps if the system has no thread to give.
    public init(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        #if canImport(Darwin)
            var started: pthread_t?
            let status = pthread_create(&started, nil, { run($0) }, context)
            precondition(status == 0, "the system refused to start a thread: \(status)")
            handle = started!
        #else
            var started = pthread_t()
            let status = pthread_create(&started, nil, { run($0!) }, context)
            precondition(status == 0, "the system refused to start a thread: \(status)")
            handle = started
        #endif
    }

    /// Waits until the function has returned. To be called exactly once.
    public func join() {
        pthread_join(handle, nil)
    }

    /// Runs `body` with 0, 1, … count-1, each on a thread of its own, and waits for all. One runs on the caller's.
    public static func forEach(_ count: Int, _ body: @escaping @Sendable (_ index: Int) -> Void) {
        let others = (1..<max(count, 1)).map { index in WorkerThread { body(index) } }
        if count > 0 { body(0) }
        for other in others { other.join() }
    }

    /// How many threads the machine can run at once.
    public static var available: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

private func run(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
    return nil
}

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

    /// Starts the thread; nil if the system has none to give.
    public init?(_ body: @escaping @Sendable () -> Void) {
        let retained = Unmanaged.passRetained(ThreadBody(body))
        #if canImport(Darwin)
            var started: pthread_t?
            let status = pthread_create(&started, nil, { run($0) }, retained.toOpaque())
        #else
            var started: pthread_t? = pthread_t()
            let status = pthread_create(&started!, nil, { run($0!) }, retained.toOpaque())
        #endif
        guard status == 0, let started else {
            retained.release()
            return nil
        }
        handle = started
    }

    /// Waits until the function has returned. To be called exactly once.
    public func join() {
        pthread_join(handle, nil)
    }

    /// Runs `body` with 0, 1, … count-1, each on a thread of its own, and waits for all. One runs on the caller's, and so
    /// do those for which the system has no thread to give: slower, with the same result.
    public static func forEach(_ count: Int, _ body: @escaping @Sendable (_ index: Int) -> Void) {
        guard count > 0 else { return }
        var others: [WorkerThread] = []
        var left: [Int] = [0]
        for index in 1..<count {
            if let other = WorkerThread({ body(index) }) { others.append(other) } else { left.append(index) }
        }
        for index in left { body(index) }
        for other in others { other.join() }
    }

    /// How many threads the machine can run at once.
    public static var available: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

private func run(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
    return nil
}

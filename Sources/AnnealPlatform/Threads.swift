import CAnnealPlatform

/// One operating system thread that runs a function once.
///
/// Plain threads and not tasks: embedding never suspends, each thread owns a session, and starting the concurrency
/// runtime costs a short command more than its work.
///
/// `@unchecked Sendable`: the handle is written once, and used by whoever joins, once.
public final class WorkerThread: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer

    /// Starts the thread; nil if the system has none to give.
    public convenience init?(_ body: @escaping @Sendable () -> Void) { self.init(stackByteCount: 0, body) }

    /// - Parameter stackByteCount: 0 for what the system gives.
    init?(stackByteCount: Int, _ body: @escaping @Sendable () -> Void) {
        let retained = Unmanaged.passRetained(ThreadBody(body))
        var started: UnsafeMutableRawPointer?
        let status = anneal_thread_start(
            { Unmanaged<ThreadBody>.fromOpaque($0).takeRetainedValue().body() }, retained.toOpaque(), stackByteCount,
            &started)
        guard status == 0, let started else {
            retained.release()
            return nil
        }
        handle = started
    }

    /// Waits until the function has returned. To be called exactly once.
    public func join() { anneal_thread_join(handle) }

    /// How many threads the machine can run at once.
    public static var available: Int { Int(anneal_thread_available()) }
}

/// The function of a thread, in a form that C can carry.
private final class ThreadBody {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

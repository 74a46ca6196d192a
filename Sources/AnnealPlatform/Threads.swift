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

extension WorkerThread {
    /// Runs `body` with 0, 1, … count-1, each on a thread of its own, and waits for all. One runs on the caller's, and so
    /// do those for which the system has no thread to give: slower, with the same result.
    public static func forEach(_ count: Int, _ body: @escaping @Sendable (_ index: Int) -> Void) {
        forEach(count, body) { WorkerThread($0) }
    }

    /// - Parameter start: starts a thread, or cannot.
    static func forEach(
        _ count: Int, _ body: @escaping @Sendable (_ index: Int) -> Void,
        start: (@escaping @Sendable () -> Void) -> WorkerThread?
    ) {
        guard count > 0 else { return }
        var others: [WorkerThread] = []
        var left: [Int] = [0]
        for index in 1..<count {
            if let other = start({ body(index) }) { others.append(other) } else { left.append(index) }
        }
        for index in left { body(index) }
        for other in others { other.join() }
    }
}

/// A place for the result of each piece of work, written by whichever thread does it.
///
/// Unchecked sendable: every place is written by one thread once, and read after all threads have been joined.
public final class Partials<Value>: @unchecked Sendable {
    private let places: UnsafeMutablePointer<Value?>
    private let count: Int

    public init(count: Int) {
        self.count = count
        places = .allocate(capacity: count)
        places.initialize(repeating: nil, count: count)
    }

    deinit {
        places.deinitialize(count: count)
        places.deallocate()
    }

    public func set(_ index: Int, _ value: Value) {
        precondition((0..<count).contains(index))
        places[index] = value
    }

    /// All results, in order.
    public var values: [Value] { (0..<count).map { places[$0]! } }
}

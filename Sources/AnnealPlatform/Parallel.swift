import CAnnealPlatform
import Synchronization

/// The one loop on several threads.
///
/// Threads are kept between loops: to start one takes 20 to 50 µs, to wake one a few. The caller's thread takes part, so
/// that a loop inside a loop waits for nobody, and that a system without threads comes to the same result later. A
/// child of `fork` has threads of its own.
///
/// Pieces do not depend on the number of threads, and each writes to places of its own: so results have the same bits
/// for any number.
public enum Parallel {
    /// Calls `body` once for each index in `0..<count`, in increasing order as far as threads take them, and waits for all.
    /// - Parameters:
    ///   - threads: how many run at once, at most.
    ///   - body: gets the number of the worker, which is below `threads` and has one call at a time, and the index. It must
    ///     not wait for another call of the loop, nor fork and go on in the child.
    /// - Throws: what `body` throws for the lowest index for which it does. Indices that no thread has taken by then are
    ///   left out.
    /// - Precondition: `threads > 0`.
    public static func forEach<Failure: Error>(
        _ count: Int, threads: Int,
        _ body: @escaping @Sendable (_ worker: Int, _ index: Int) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(threads > 0)
        if threads == 1 || count <= 1 {
            for index in 0..<max(0, count) { try body(0, index) }
            return
        }
        let loop = Loop(count, body)
        KeptThreads.current.run(helpers: min(threads, count) - 1) { loop.work($0) }
        if let failure = loop.failure { throw failure }
    }

    /// The same over pieces of a range: `body` gets each piece once.
    public static func forEachChunk<Failure: Error>(
        of total: Int, size: Int, threads: Int,
        _ body: @escaping @Sendable (_ worker: Int, _ range: Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        try forEach((total + size - 1) / size, threads: threads) { (worker, index) throws(Failure) in
            try body(worker, index * size..<min(total, (index + 1) * size))
        }
    }

    /// What `body` makes of each index in `0..<count`, in order.
    public static func map<Value, Failure: Error>(
        _ count: Int, threads: Int, _ body: @escaping @Sendable (_ index: Int) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        let results = Results<Value>(count: count)
        try forEach(count, threads: threads) { (_, index) throws(Failure) in results.set(index, try body(index)) }
        return results.values
    }

    /// What `body` makes of each piece of a range, in order.
    public static func mapChunks<Value, Failure: Error>(
        of total: Int, size: Int, threads: Int,
        _ body: @escaping @Sendable (_ range: Range<Int>) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        try map((total + size - 1) / size, threads: threads) { (index) throws(Failure) in
            try body(index * size..<min(total, (index + 1) * size))
        }
    }
}

/// One run through the indices: threads take them in turn.
///
/// `@unchecked Sendable`: the failure is read and written under the lock.
private final class Loop<Failure: Error>: @unchecked Sendable {
    private let count: Int
    private let body: @Sendable (Int, Int) throws(Failure) -> Void
    private let next = Atomic<Int>(0)
    private let lock = Lock()
    private var failed: (index: Int, error: Failure)?

    init(_ count: Int, _ body: @escaping @Sendable (Int, Int) throws(Failure) -> Void) {
        self.count = count
        self.body = body
    }

    var failure: Failure? { lock.locked { failed?.error } }

    func work(_ worker: Int) {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= count { return }
            do throws(Failure) { try body(worker, index) } catch {
                // Nobody takes an index any more. All lower ones are taken, and theirs would be the error that counts.
                next.store(count, ordering: .relaxed)
                lock.locked { if index < failed?.index ?? count { failed = (index, error) } }
            }
        }
    }
}

/// A place for the result of each index.
///
/// `@unchecked Sendable`: every place is written by one thread once, and read after all are done.
private final class Results<Value>: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<Value?>

    init(count: Int) {
        places = .allocate(capacity: count)
        places.initialize(repeating: nil)
    }

    deinit {
        places.deinitialize()
        places.deallocate()
    }

    func set(_ index: Int, _ value: Value) { places[index] = value }

    /// - Precondition: every place has been set.
    var values: [Value] { places.map { $0! } }
}

/// Threads that wait for loops.
///
/// `@unchecked Sendable`: everything that changes is read and written under the lock.
private final class KeptThreads: @unchecked Sendable {
    /// A loop that threads may take part in.
    final class Job {
        /// Nil once the loop is over, so that nothing that it holds outlives it.
        var work: (@Sendable (_ worker: Int) -> Void)?
        /// The number that the next thread gets; the caller's is 0.
        var nextWorker = 1
        let helpers: Int
        var running = 0

        init(helpers: Int, _ work: @escaping @Sendable (Int) -> Void) {
            self.helpers = helpers
            self.work = work
        }
    }

    private static let threadsMax = 256
    // Read and written under ``ForkLock``, which is free in a child.
    nonisolated(unsafe) private static var kept: (threads: KeptThreads, forks: UInt32)?

    private let lock = Lock()
    private let arrived: Condition
    private let finished: Condition
    /// Loops that want more threads than have come yet.
    private var jobs: [Job] = []
    private var started = 0
    private var idle = 0

    private init() {
        arrived = Condition(lock)
        finished = Condition(lock)
    }

    /// The process' own: those of the process that forked stayed there, and a lock of theirs may have been held.
    static var current: KeptThreads {
        ForkLock.locked {
            let forks = anneal_fork_count()
            if let kept, kept.forks == forks { return kept.threads }
            let threads = KeptThreads()
            kept = (threads, forks)
            return threads
        }
    }

    /// Runs `work` here as worker 0, and meanwhile on as many as `helpers` threads as they become free.
    func run(helpers: Int, _ work: @escaping @Sendable (_ worker: Int) -> Void) {
        let job = Job(helpers: helpers, work)
        lock.locked {
            // Not more for all loops than one asked for: loops that run at once share them.
            let wanted = min(Self.threadsMax, max(helpers, WorkerThread.available - 1))
            for _ in 0..<max(0, min(helpers - idle, wanted - started)) {
                guard WorkerThread({ [self] in serve() }) != nil else { break }
                started += 1
            }
            jobs.append(job)
            for _ in 0..<min(helpers, idle) { arrived.signal() }
        }
        work(0)
        lock.locked {
            jobs.removeAll { $0 === job }
            while job.running > 0 { finished.wait() }
            job.work = nil
        }
    }

    private func serve() {
        while true {
            let (job, worker) = lock.locked { () -> (Job, Int) in
                while true {
                    if let job = jobs.first {
                        defer { job.nextWorker += 1 }
                        if job.nextWorker == job.helpers { jobs.removeFirst() }
                        job.running += 1
                        return (job, job.nextWorker)
                    }
                    idle += 1
                    arrived.wait()
                    idle -= 1
                }
            }
            Self.take(part: worker, in: job)
            lock.locked {
                job.running -= 1
                if job.running == 0 { finished.broadcast() }
            }
        }
    }

    /// Apart, so that nothing of the loop is held any more when this comes back.
    @inline(never)
    private static func take(part worker: Int, in job: Job) { job.work?(worker) }
}

import AnnealFormats
import AnnealPlatform
import AnnealFormats

/// Lines in, results out, in order, on several threads, in constant memory.
///
/// The calling thread reads batches of lines and writes results; worker threads transform whole batches. Batches go
/// round in a ring that is a little larger than the number of threads, and are written in the order they were read,
/// so the output does not depend on the number of threads.
///
/// Unchecked sendable: what threads share (`ring`, counters, `isClosed`) is guarded by `lock`.
final class LinePipeline<Transform: LineTransform & ~Copyable>: @unchecked Sendable {
    private let makeTransform: @Sendable () throws -> Transform
    private let fieldReader: JSONFieldReader?
    private let threads: Int
    private let lock = Lock()
    private let workArrived: Condition
    private let workDone: Condition
    private let ring: [LineBatch]
    /// Batches read, taken by a worker, and written so far; `written <= taken <= read <= written + ring.count`.
    private var read = 0
    private var taken = 0
    private var written = 0
    private var isClosed = false
    private var inputNames: [String] = []

    /// - Parameter field: the JSON field that holds the text; nil where a line is the text.
    init(threads: Int, field: String?, makeTransform: @escaping @Sendable () throws -> Transform) {
        precondition(threads >= 1)
        self.threads = threads
        self.makeTransform = makeTransform
        fieldReader = field.map { JSONFieldReader(field: $0) }
        workArrived = Condition(lock)
        workDone = Condition(lock)
        ring = (0..<(threads == 1 ? 1 : threads + 2)).map { _ in LineBatch() }
    }

    /// Runs to the end of the inputs.
    /// - Parameter write: called on the calling thread with each batch's results, in order.
    /// - Returns: the number of lines, and what stands out in them.
    /// - Throws: ``CommandError`` of the reader, of `write`, or of the first malformed line.
    func run(
        _ inputs: [InputSource], progress: ProgressBar,
        write: (UnsafeRawBufferPointer) throws(CommandError) -> Void
    ) throws -> LineCounts {
        inputNames = inputs.map(\.name)
        var reader = LineReader(inputs)
        progress.start(total: reader.totalBytes)
        defer { progress.finish() }
        var counts = LineCounts()
        func emit(_ batch: LineBatch) throws(CommandError) {
            if let failure = batch.failure { throw failure }
            try write(UnsafeRawBufferPointer(batch.output.bytes))
            counts += batch.counts
        }
        // The calling thread works alone as long as the input comes in small portions: starting threads, and a
        // session for each, would cost a short text more than its vector.
        let first = ring[0]
        do {
            var transform = try makeTransform()
            var text = ByteBuffer()
            while true {
                guard try reader.fill(first) else { return counts }
                if threads > 1, first.isFull { break }
                process(first, with: &transform, text: &text)
                try emit(first)
                progress.update(done: reader.bytesRead)
            }
        }
        read = 1
        let workers = (0..<threads).compactMap { _ in WorkerThread { self.work() } }
        guard !workers.isEmpty else {
            throw CommandError(.inputOutput, "the system has no thread to give", hint: "Try --threads 1.")
        }
        defer {
            lock.locked { isClosed = true }
            workArrived.broadcast()
            for worker in workers { worker.join() }
        }
        var isAtEnd = false
        while true {
            let inFlight = read - written
            if inFlight > 0, isAtEnd || inFlight == ring.count || reader.isWaiting {
                let batch = ring[written % ring.count]
                waitUntilDone(batch)
                try emit(batch)
                written += 1
                progress.update(done: reader.bytesRead)
                continue
            }
            if isAtEnd { return counts }
            guard try reader.fill(ring[read % ring.count]) else {
                isAtEnd = true
                continue
            }
            lock.locked { read += 1 }
            workArrived.signal()
        }
    }

    private func waitUntilDone(_ batch: LineBatch) {
        lock.locked { while !batch.isDone { workDone.wait() } }
    }

    /// The next batch nobody has taken, or nil when the pipeline is closed.
    private func take() -> LineBatch? {
        lock.locked {
            while taken == read, !isClosed { workArrived.wait() }
            if isClosed { return nil }
            defer { taken += 1 }
            return ring[taken % ring.count]
        }
    }

    private func work() {
        guard var transform = try? makeTransform() else { return }
        var text = ByteBuffer()
        while let batch = take() {
            process(batch, with: &transform, text: &text)
            lock.locked { batch.isDone = true }
            workDone.signal()
        }
    }

    private func process(_ batch: LineBatch, with transform: inout Transform, text: inout ByteBuffer) {
        // The batch is an object: each change of its counts would ask whether somebody else changes them.
        var counts = LineCounts()
        defer { batch.counts += counts }
        for index in batch.ends.indices {
            let line = batch.line(index)
            let row = batch.firstRow + index
            guard let fieldReader else {
                let hasContent = transform.transform(line, row: row, into: &batch.output)
                counts.add(line, hasContent: hasContent)
                continue
            }
            text.removeAll()
            // An empty line of JSONL is an empty text, so that rows and lines stay in step.
            if !line.isEmpty {
                do throws(JSONError) {
                    try fieldReader.read(line, into: &text)
                } catch {
                    batch.failure = CommandError(
                        .malformedInput,
                        "\(inputNames[batch.inputIndex]):\(batch.firstLine + index):\(error.column): "
                            + "expected \(error.expected), found \(error.found)")
                    return
                }
            }
            let hasContent = transform.transform(text.bytes, row: row, into: &batch.output)
            counts.add(text.bytes, hasContent: hasContent)
        }
    }
}

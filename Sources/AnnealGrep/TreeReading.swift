import Anneal
public import AnnealPassages
public import AnnealPlatform

/// What a reading of a tree has come to, beside its files.
public struct ReadingReport: Sendable {
    public var files = 0
    public var bytes = 0
    public var passages = 0
    /// Files that were not searched, by reason.
    public var passedOver: [SourceReader.Reason: Int] = [:]
    /// What could not be read, with the reason.
    public var failures: [(path: Path, message: String)] = []

    mutating func add(_ other: ReadingReport) {
        files += other.files
        bytes += other.bytes
        passages += other.passages
        passedOver.merge(other.passedOver) { $0 + $1 }
        failures += other.failures
    }
}

/// Reads files and makes digests of them on several threads: the one loop behind a search without an index and an index.
struct TreeReading {
    let roots: [Path]
    let languages: Set<String>
    let threads: Int

    /// What one thread needs.
    private final class Worker {
        let reader = SourceReader()
        let builder: DigestBuilder
        var report = ReadingReport()
        init(_ builder: DigestBuilder) { self.builder = builder }
    }

    /// Calls `body` with each file's digest, on the thread that made it.
    /// - Parameters:
    ///   - words: the only words that are counted; nil for all.
    ///   - body: gets the number of the worker, which has one call at a time; the number of the file; its digest.
    func run(
        _ files: [TreeFile], _ engine: Engine, words: [UInt32]?,
        _ body: @escaping @Sendable (_ worker: Int, _ file: Int, FileDigest) -> Void
    ) throws(EngineError) -> ReadingReport {
        var workers: [Worker] = []
        for _ in 0..<max(1, min(threads, files.count)) {
            workers.append(Worker(try DigestBuilder(engine, words: words)))
        }
        // Without races: a worker is one thread's at a time.
        nonisolated(unsafe) let lent = workers
        let (roots, languages) = (roots, languages)
        Parallel.forEach(files.count, threads: workers.count) { number, index in
            let worker = lent[number]
            let file = files[index]
            let path = PassageHit.shown(file.path, in: roots[file.root])
            do throws(FileError) {
                switch try worker.reader.read(path, isNamed: file.isNamed) {
                case .passedOver(let reason): worker.report.passedOver[reason, default: 0] += 1
                case .text(let text):
                    guard languages.isEmpty || languages.contains(text.language.name) else { return }
                    let digest = worker.builder.digest(text, path: file.path)
                    worker.report.files += 1
                    worker.report.bytes += text.bytes.count
                    worker.report.passages += digest.passageCount
                    body(number, index, digest)
                }
            } catch {
                // What has vanished since is as if it had never been there.
                if !error.error.isMissing { worker.report.failures.append((path, "\(error.error)")) }
            }
        }
        var report = ReadingReport()
        for worker in workers { report.add(worker.report) }
        return report
    }
}

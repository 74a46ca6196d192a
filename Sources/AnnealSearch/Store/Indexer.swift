public import Anneal
public import AnnealPassages
import AnnealFormats
public import AnnealPlatform

/// Brings an index up to date with folders of documents.
///
///     let indexer = try Indexer(path: "docs.db", engine: try Engine())
///     let summary = try indexer.update(["docs", "README.md"])
///
/// A file that looks as it did (size, times, kind) is not read; one that reads as it did (SHA-256) is not embedded
/// again. Files go into the index in transactions of some hundred passages: when the program is killed, those that
/// were stored stay, and the next run goes on with the rest.
public struct Indexer {
    /// Passages that are embedded and stored together.
    private static let batchPassages = 4096
    /// Documents that are stored in one transaction: up to so many, or until their texts have so many bytes.
    private static let batchFiles = 256
    private static let batchBytes = 2 << 20

    private let store: any IndexStore
    private let location: IndexLocation
    private let engine: Engine
    private let mode: Mode
    private let threads: Int
    private let rebuilds: Bool

    /// A transaction, or a part of the one that is open.
    private typealias Transaction = ((any IndexWriter) throws -> Void) throws -> Void

    /// Opens an index, and makes it if there is none.
    /// - Parameters:
    ///   - vectors: how they are kept; nil for as the index has them, and in bytes in a new one.
    ///   - threads: threads that embed; the result is the same for any number.
    ///   - rebuilds: whether ``update(_:kind:progress:)`` forgets all that is there, which may be of another model. It
    ///     then does all in one transaction: until it ends, and if it fails, the old index stays.
    ///   - pagesMax: the most pages of 16 KiB that an index file may grow to; nil for no limit.
    /// - Throws: ``IndexError``, also for an index that was made with another model.
    /// - Precondition: `threads > 0`.
    public init(
        at location: IndexLocation, engine: Engine, mode: Mode = .compiled, vectors: VectorStorage? = nil,
        threads: Int = 1, rebuilds: Bool = false, pagesMax: Int? = nil
    ) throws(IndexError) {
        precondition(threads > 0)
        self.location = location
        store = try location.open(
            for: ModelIdentity(engine, mode: mode), vectors: vectors, anyModel: rebuilds, pagesMax: pagesMax)
        self.rebuilds = rebuilds
        self.engine = engine
        self.mode = mode
        self.threads = threads
    }

    /// Opens an index file, and makes it if there is none.
    public init(
        path: Path, engine: Engine, mode: Mode = .compiled, vectors: VectorStorage? = nil, threads: Int = 1,
        rebuilds: Bool = false, pagesMax: Int? = nil
    ) throws(IndexError) {
        try self.init(
            at: .file(path), engine: engine, mode: mode, vectors: vectors, threads: threads, rebuilds: rebuilds,
            pagesMax: pagesMax)
    }

    /// Indexes what is new or has changed below the roots and forgets what is gone from them. What lies elsewhere
    /// stays.
    /// - Parameters:
    ///   - roots: folders and files.
    ///   - kind: how files are cut; nil to go by their names.
    ///   - selection: which files are taken.
    ///   - progress: called with the files done and the files found.
    /// - Throws: ``IndexError``. What was stored until then stays stored.
    public func update(
        _ roots: [Path], kind: DocumentKind? = nil, selection: FileSelection = FileSelection(),
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(IndexError) -> IndexSummary {
        let (walk, roots) = try FileWalk.run(roots, kind: kind, selection: selection, own: location.files)
        do {
            guard rebuilds else { return try update(walk, roots, progress, store.change) }
            var summary = IndexSummary()
            try store.renew { writer in
                summary = try update(walk, roots, progress) { body in try body(writer) }
            }
            return summary
        } catch {
            throw .of(error, path: store.place)
        }
    }

    /// Closes the index.
    /// - Throws: ``IndexError``.
    public func close() throws(IndexError) { try store.close() }

    private func update(
        _ walk: FileWalk, _ roots: [Path], _ progress: (_ done: Int, _ total: Int) -> Void, _ transaction: Transaction
    ) throws -> IndexSummary {
        var known: [Path: StoredDocument] = [:]
        try transaction { writer in for document in try writer.documents() { known[document.path] = document } }
        var summary = IndexSummary()
        summary.failures = walk.failures.map { IndexSummary.Failure(path: $0.path, message: $0.message) }
        summary.ignored = walk.ignored
        summary.passedOver = walk.passedOver
        let gone = gone(known.values, roots: roots, walk: walk)
        summary.removed = gone.count
        if !gone.isEmpty { try transaction { writer in try writer.remove(gone) } }
        var pending: [PendingDocument] = []
        var waiting = 0
        var confirmed: [(stored: StoredDocument, file: FoundFile)] = []
        var textless: [StoredDocument] = []
        for (number, file) in walk.files.enumerated() {
            progress(number, walk.files.count)
            let stored = known[file.path]
            if let stored, stored.looksLike(file) {
                summary.unchanged += 1
                continue
            }
            let document: PendingDocument
            do throws(FileError) {
                switch try DocumentReader.read(file) {
                case .success(let found): document = found
                case .failure(let reason):
                    summary.passedOver.append(PassedOverFile(path: file.path, reason: reason))
                    if let stored { textless.append(stored) }
                    continue
                }
            } catch {
                summary.failures.append(IndexSummary.Failure(path: file.path, message: "\(error.error)"))
                continue
            }
            if let stored, stored.hash == document.hash, stored.kind == file.kind.rawValue {
                summary.unchanged += 1
                confirmed.append((stored, file))
                if confirmed.count >= Indexer.batchFiles {
                    try transaction { writer in try writer.confirm(confirmed) }
                    confirmed = []
                }
                continue
            }
            pending.append(document)
            waiting += document.text.utf8.count
            if waiting >= Indexer.batchBytes || pending.count >= Indexer.batchFiles {
                try transaction { writer in try write(pending, writer, &summary) }
                pending = []
                waiting = 0
            }
        }
        if !pending.isEmpty { try transaction { writer in try write(pending, writer, &summary) } }
        summary.removed += textless.count
        try transaction { writer in
            if !confirmed.isEmpty { try writer.confirm(confirmed) }
            if !textless.isEmpty { try writer.remove(textless) }
            try writer.complete()
        }
        progress(walk.files.count, walk.files.count)
        return summary
    }

    /// The documents below the roots that the walk did not find again. What could not be read is not known to be gone.
    private func gone(
        _ known: some Collection<StoredDocument>, roots: [Path], walk: FileWalk
    ) -> [StoredDocument] {
        let found = Set(walk.files.map(\.path))
        let unknown = walk.failures.map(\.path)
        return known.filter { document in
            !found.contains(document.path) && roots.contains { document.path.isBelow($0) }
                && !unknown.contains { document.path.isBelow($0) }
        }
    }

    /// Stores documents with their passages, words and vectors.
    private func write(
        _ documents: [PendingDocument], _ writer: any IndexWriter, _ summary: inout IndexSummary
    ) throws {
        var waiting: [(document: Int64, passage: Passage)] = []
        func add(_ passages: some Sequence<Passage>, of document: Int64) throws {
            for passage in passages {
                waiting.append((document, passage))
                if waiting.count == Indexer.batchPassages { try flush() }
            }
        }
        func flush() throws {
            guard !waiting.isEmpty else { return }
            try write(waiting, writer)
            summary.passages += waiting.count
            waiting.removeAll(keepingCapacity: true)
        }
        for (document, id) in zip(documents, try writer.replace(documents)) {
            let kind = document.file.kind
            if case .lines = kind {
                // One after the other: there may be millions.
                try add(LineSplitter.passages(of: document.text), of: id)
            } else {
                try add(kind.passages(of: document.text), of: id)
            }
            summary.indexed += 1
            if document.replacements > 0 {
                summary.repaired.append(
                    IndexSummary.Repaired(path: document.file.path, places: document.replacements))
            }
        }
        try flush()
    }

    private func write(_ passages: [(document: Int64, passage: Passage)], _ writer: any IndexWriter) throws {
        var vectors = [Float](repeating: 0, count: passages.count * engine.dimension)
        var rows = vectors.mutableSpan
        try engine.embed(passages.map(\.passage.embedded), mode: mode, threads: threads, into: &rows)
        try writer.add(
            passages[...], vectors: Matrix(rows: passages.count, columns: engine.dimension, values: vectors),
            threads: threads)
    }
}

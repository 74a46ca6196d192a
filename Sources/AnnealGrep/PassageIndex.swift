public import Anneal
import AnnealModel
public import AnnealPassages
public import AnnealPlatform

/// What is kept of trees between searches: a digest a file, some 600 bytes a passage.
///
///     let index = try PassageIndex(engine: engine, roots: ["."])
///     let hits = try index.search("where is the cache emptied", options: SearchOptions(count: 5))
///     index.refresh()
///
/// Not to be used by two threads at once.
public final class PassageIndex {
    public struct Options: Sendable {
        public var walk: TreeWalk.Options
        public var threads: Int
        /// Where digests are kept for the next time; nil for nowhere.
        public var cache: DigestCache?

        public init(walk: TreeWalk.Options = TreeWalk.Options(), threads: Int = 1, cache: DigestCache? = nil) {
            self.walk = walk
            self.threads = threads
            self.cache = cache
        }
    }

    /// What a refresh has found.
    public struct Changes: Sendable, Equatable {
        public var added = 0
        public var changed = 0
        public var removed = 0
        public var isEmpty: Bool { added == 0 && changed == 0 && removed == 0 }
    }

    public let engine: Engine
    public let roots: [Path]
    private let options: Options
    private var files: [TreeFile] = []
    /// Nil for what is not searched.
    private var digests: [FileDigest?] = []
    /// Of each file.
    private var pathWords: [[UInt32]] = []
    /// Of the last reading.
    public private(set) var report = ReadingReport()
    /// Why the cache has not taken what was read; the search goes on without.
    public private(set) var cacheFailure: FileError?
    private let hitReader = HitReader()

    /// Reads trees.
    /// - Parameter progress: called with the number of files that are to be read, before they are.
    /// - Complexity: O(bytes).
    /// - Throws: ``GrepError`` for a root that is not there.
    public init(
        engine: Engine, roots: [Path], options: Options = Options(), progress: ((_ files: Int) -> Void)? = nil
    ) throws(GrepError) {
        self.engine = engine
        self.roots = roots
        self.options = options
        if let cache = options.cache {
            for entry in cache.load(cacheKey, dimension: engine.dimension) {
                files.append(entry.file)
                digests.append(entry.digest)
                pathWords.append(Ranking.words(of: entry.file.path))
            }
        }
        _ = try refresh(progress: progress)
    }

    private var cacheKey: [UInt8] {
        // By real names: a tree is the same wherever one stands. A root that is gone is an error of the walk.
        let places = roots.map { (try? Files.realPath(of: $0)) ?? $0 }
        return DigestCache.key(model: "\(engine.model.contentHash)", roots: places, walk: options.walk)
    }

    /// How many passages are kept.
    public var passageCount: Int { digests.reduce(0) { $0 + ($1?.passageCount ?? 0) } }
    public var fileCount: Int { digests.count { $0 != nil } }

    /// Reads what has changed since the last time: one look at each file's name, size and times.
    /// - Complexity: O(files + bytes of those that have changed).
    /// - Throws: ``GrepError`` for a root that has gone.
    @discardableResult
    public func refresh(progress: ((_ files: Int) -> Void)? = nil) throws(GrepError) -> Changes {
        let walk: TreeWalk
        do throws(FileError) { walk = try TreeWalk.run(roots, options.walk) } catch { throw .root(error) }
        var changes = Changes()
        var known: [FileKey: Int] = [:]
        for (index, file) in files.enumerated() { known[FileKey(file)] = index }
        var digests = [FileDigest?](repeating: nil, count: walk.files.count)
        var stale: [Int] = []
        for (index, file) in walk.files.enumerated() {
            guard let old = known.removeValue(forKey: FileKey(file)) else {
                changes.added += 1
                stale.append(index)
                continue
            }
            if files[old].stamp == file.stamp {
                digests[index] = self.digests[old]
            } else {
                changes.changed += 1
                stale.append(index)
            }
        }
        changes.removed = known.count
        if stale.isEmpty, changes.removed == 0 { return changes }
        progress?(stale.count)
        report = try read(stale, walk, &digests)
        files = walk.files
        self.digests = digests
        pathWords = files.map { Ranking.words(of: $0.path) }
        if let cache = options.cache {
            let entries = zip(files, digests).map { DigestCache.Entry(file: $0, digest: $1) }
            do throws(FileError) { try cache.store(entries, cacheKey) } catch { cacheFailure = error }
        }
        return changes
    }

    /// Files of one path in one root.
    private struct FileKey: Hashable {
        let root: Int
        let path: Path
        init(_ file: TreeFile) { (root, path) = (file.root, file.path) }
    }

    private func read(_ stale: [Int], _ walk: TreeWalk, _ digests: inout [FileDigest?]) throws(GrepError)
        -> ReadingReport
    {
        let reading = TreeReading(roots: roots, languages: options.walk.languages, threads: options.threads)
        var report: ReadingReport
        do throws(EngineError) {
            let engine = engine
            report = try digests.withUnsafeMutableBufferPointer { (places) throws(EngineError) in
                // Without races: every file has a place of its own.
                nonisolated(unsafe) let places = places
                return try reading.run(stale.map { walk.files[$0] }, engine, words: nil) { _, file, digest in
                    places[stale[file]] = digest
                }
            }
        } catch {
            throw .engine(error)
        }
        report.failures = walk.failures + report.failures
        return report
    }

    /// The passages that answer a query best, one a declaration.
    /// - Complexity: O(passages · (dimension + words of the query)).
    public func search(_ query: String, options: SearchOptions = SearchOptions()) throws(GrepError) -> [PassageHit] {
        let query: Query = try embedded(query)
        return hits(of: query, options)
    }

    private func embedded(_ text: String) throws(GrepError) -> Query {
        do throws(EngineError) {
            return engine.withSession(try engine.settings()) { Query(text, &$0) }
        } catch {
            throw .engine(error)
        }
    }

    private func hits(of query: Query, _ options: SearchOptions, without: (PassageHit) -> Bool = { _ in false })
        -> [PassageHit]
    {
        var signals = Signals(query)
        for (index, digest) in digests.enumerated() {
            guard let digest, options.isWanted?(files[index]) != false else { continue }
            signals.add(digest, file: index)
        }
        let ranked = Ranking.best(options.count, of: signals, options.weights, pathWords: pathWords)
        return ranked.compactMap { hitReader.hit($0, files[$0.file], root: roots[files[$0.file].root]) }.filter {
            !without($0)
        }
    }

    /// The spans of a file as it is now.
    /// - Parameters:
    ///   - path: from its root.
    ///   - root: the place of that among the roots.
    /// - Returns: nothing for a file that is not one of the index's, or cannot be read.
    public func outline(of path: Path, root: Int = 0) -> [Span] {
        guard let file = files.first(where: { $0.path == path && $0.root == root }), let text = text(of: file) else {
            return []
        }
        return SpanSplitter.split(text.bytes, language: text.language)
    }

    /// What is alike to the passage at a line of a file, without that passage itself.
    /// - Parameters:
    ///   - path: from its root.
    ///   - line: from 1.
    ///   - root: the place of the file's root among the roots.
    /// - Returns: nothing for a file that is not one of the index's, or a line that no passage has.
    public func related(to path: Path, line: Int, root: Int = 0, options: SearchOptions = SearchOptions())
        throws(GrepError)
        -> [PassageHit]
    {
        guard let file = files.first(where: { $0.path == path && $0.root == root }), let text = text(of: file) else {
            return []
        }
        let spans = SpanSplitter.split(text.bytes, language: text.language)
        // The innermost: the last that begins above.
        guard let span = spans.last(where: { $0.lines.contains(line) }) else { return [] }
        let own = span.lines
        let words = ([span.name] + span.enclosing).joined(separator: " ")
        let query = words + "\n" + String(decoding: text.bytes[span.bytes].prefix(2000), as: UTF8.self)
        var wider = options
        wider.count += 1
        let found = hits(of: try embedded(query), wider) { $0.path == path && $0.lines.overlaps(own) }
        return Array(found.prefix(options.count))
    }

    private let outlineReader = SourceReader()

    private func text(of file: TreeFile) -> SourceReader.Text? {
        let path = PassageHit.shown(file.path, in: roots[file.root])
        guard case .text(let text)? = try? outlineReader.read(path, isNamed: file.isNamed) else { return nil }
        return text
    }
}

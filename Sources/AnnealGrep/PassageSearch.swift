public import Anneal
public import AnnealPassages
public import AnnealPlatform

/// One search without an index: every file is read once, and nothing is kept of it but some numbers a passage.
///
///     let found = try PassageSearch.run("where is the cache emptied", engine: engine, roots: ["src"])
///
/// Memory grows by some tens of bytes a passage, whatever the files hold.
public enum PassageSearch {
    public struct Result: Sendable {
        public let hits: [PassageHit]
        public let report: ReadingReport
    }

    /// Searches trees.
    /// - Parameter threads: the result is the same for any number.
    /// - Complexity: O(bytes).
    /// - Throws: ``GrepError`` for a root that is not there.
    public static func run(
        _ query: String, engine: Engine, roots: [Path], walk options: TreeWalk.Options = TreeWalk.Options(),
        options search: SearchOptions = SearchOptions(), threads: Int = 1
    ) throws(GrepError) -> Result {
        let walk: TreeWalk
        do throws(FileError) { walk = try TreeWalk.run(roots, options) } catch { throw .root(error) }
        do throws(EngineError) {
            let query = engine.withSession(try engine.settings()) { Query(query, &$0) }
            let reading = TreeReading(roots: roots, languages: options.languages, threads: threads)
            let signals = WorkerSignals(query, threads)
            var report = try reading.run(walk.files, engine, words: query.hashes) { worker, file, digest in
                signals.of[worker].add(digest, file: file)
            }
            report.failures = walk.failures + report.failures
            let ranked = Ranking.best(
                search.count, of: signals.all, search.weights, pathWords: walk.files.map { Ranking.words(of: $0.path) })
            let reader = HitReader()
            let hits = ranked.compactMap { reader.hit($0, walk.files[$0.file], root: roots[walk.files[$0.file].root]) }
            return Result(hits: hits, report: report)
        } catch {
            throw .engine(error)
        }
    }

    /// Searches one text, as standard input.
    /// - Parameter name: how the text is called; its ending tells the language.
    public static func run(
        _ query: String, engine: Engine, text: SourceReader.Text, name: Path,
        options search: SearchOptions = SearchOptions()
    ) throws(GrepError) -> [PassageHit] {
        do throws(EngineError) {
            let query = engine.withSession(try engine.settings()) { Query(query, &$0) }
            var signals = Signals(query)
            signals.add(try DigestBuilder(engine, words: query.hashes).digest(text, path: name), file: 0)
            return Ranking.best(search.count, of: signals, search.weights, pathWords: [Ranking.words(of: name)])
                .compactMap {
                    HitReader.hit($0, text, name, ".")
                }
        } catch {
            throw .engine(error)
        }
    }

    /// `@unchecked Sendable`: each worker has signals of its own.
    private final class WorkerSignals: @unchecked Sendable {
        let of: UnsafeMutableBufferPointer<Signals>

        init(_ query: Query, _ threads: Int) {
            of = .allocate(capacity: max(1, threads))
            of.initialize(repeating: Signals(query))
        }

        deinit {
            of.deinitialize()
            of.deallocate()
        }

        /// Those of all workers; they hold nothing any more.
        var all: Signals {
            var all = of[0]
            of[0] = Signals(all.query)
            for index in 1..<of.count {
                all.append(of[index])
                of[index] = Signals(all.query)
            }
            return all
        }
    }
}

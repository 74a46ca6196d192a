import Anneal
import AnnealFormats
import AnnealGrep
import AnnealJSON
import AnnealPassages
import AnnealPlatform
import ArgumentParser

struct GrepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grep",
        abstract: "Find the passages of files that answer a query: by meaning and by words, without an index.",
        discussion: """
            Files are cut into declarations, sections and paragraphs. Each is compared with the query by its vector, its \
            words and its name, and the best come first, one hit a declaration. A query that is a name finds its \
            declaration first. What .gitignore and .ignore name, hidden files, binary and minified ones are passed over; \
            tests, generated and vendored files come later unless the query asks for them.

            Examples:
              anneal grep "where is the cache emptied"
              anneal grep parseHeader src/
              anneal grep -l "retry with backoff" --type go --glob '!*_test.go'
              git diff | anneal grep "change of the timeout" -
              anneal grep --explain "open a file without waiting"

            Exit status: 0 something was found; 1 nothing was; 2 an error.
            """)

    @Argument(help: ArgumentHelp("What is looked for; several words need quotes.", valueName: "query"))
    var arguments: [Path] = []

    @Option(name: [.customShort("k"), .long], help: ArgumentHelp("The most hits.", valueName: "n"))
    var count = 10
    @Option(
        name: [.customShort("C"), .long], help: ArgumentHelp("Lines to show of each hit; 0 for all.", valueName: "n"))
    var context = 5
    @Flag(name: [.customShort("l"), .long], help: "Only the names of files.")
    var filesWithMatches = false
    @Flag(help: "An object of JSON a line.")
    var json = false
    @Flag(help: "What each score is the sum of, and the weights.")
    var explain = false
    @Option(
        name: [.customShort("t"), .long],
        help: ArgumentHelp("Only files of this language, by name or ending; may be repeated.", valueName: "type"))
    var type: [String] = []
    @Option(
        name: [.customShort("g"), .long],
        help: ArgumentHelp("Only files that the pattern matches, or with a ! none of them.", valueName: "pattern"))
    var glob: [String] = []
    @Flag(help: "Search hidden files and folders, too.")
    var hidden = false
    @Flag(help: "Search what ignore files name, too.")
    var noIgnore = false
    @Option(help: ArgumentHelp("Queries, one a line, over one reading of the files; then no QUERY.", valueName: "file"))
    var queries: Path?
    @Flag(help: "Keep what was read in the user's cache folder: the next search reads only what has changed.")
    var cache = false
    @Option(help: ArgumentHelp("The most that the cache may hold, in MB.", valueName: "mb"))
    var cacheLimit = DigestCache.bytesMax >> 20
    @Option(help: ArgumentHelp("Weights of the ranking as JSON; --explain prints them.", valueName: "file"))
    var weights: Path?
    @Option(help: "When to colour: auto, always, never.")
    var color: Colouring = .auto
    @Option(
        name: [.customShort("j"), .long],
        help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?
    @OptionGroup var model: ModelOptions

    enum Colouring: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count must be above 0, found \(count).") }
        guard context >= 0 else { throw ValidationError("--context must not be negative, found \(context).") }
        if let threads, !(1...ThreadOptions.most).contains(threads) {
            throw ValidationError("--threads must be 1...\(ThreadOptions.most), found \(threads).")
        }
        guard (1...1 << 20).contains(cacheLimit) else {
            throw ValidationError("--cache-limit must be 1...\(1 << 20), found \(cacheLimit).")
        }
        guard queries != nil || !arguments.isEmpty else { throw ValidationError("Expected a query.") }
        for name in type where SourceLanguage.named(name) == nil {
            let known = SourceLanguage.all.map(\.name).joined(separator: ", ")
            throw ValidationError("Expected a type, found '\(name)'. Known are \(known), and endings of them.")
        }
    }

    func run() throws {
        do throws(CommandError) {
            if try !search() { throw CommandError(.nothingFound, "") }
        } catch {
            switch error.status {
            case .nothingFound, .closedPipe: throw error
            default: throw CommandError(.searchFailed, error.description, hint: error.hint)
            }
        }
    }

    /// - Returns: whether anything was found.
    private func search() throws(CommandError) -> Bool {
        var options = SearchOptions(count: count)
        if let weights { options.weights = try readWeights(weights) }
        let engine = try model.open()
        let roots = Array(queries == nil ? arguments.dropFirst() : arguments[...])
        let printer = HitPrinter(
            style: style, context: context, showsJSON: json, showsFiles: filesWithMatches, showsParts: explain)
        if explain, !json { try printer.write(weights: options.weights) }
        if let queries { return try searchAll(queries, engine, roots.isEmpty ? ["."] : roots, options, printer) }
        let query = String(decoding: arguments[0].bytes, as: UTF8.self)
        if roots == ["-"] || roots.isEmpty && isStandardInputPiped {
            return try searchStandardInput(query, engine, options, printer)
        }
        if cache {
            let index = try index(engine, roots.isEmpty ? ["."] : roots)
            return try search(query, index, options, printer, showsQuery: false)
        }
        let result: PassageSearch.Result
        do throws(GrepError) {
            result = try PassageSearch.run(
                query, engine: engine, roots: roots.isEmpty ? ["."] : roots, walk: walk, options: options,
                threads: threadCount)
        } catch {
            throw CommandError(.noInput, "\(error)")
        }
        report(result.report)
        try printer.write(result.hits, query: nil)
        return !result.hits.isEmpty
    }

    private var threadCount: Int { threads ?? min(8, WorkerThread.available) }

    private var walk: TreeWalk.Options {
        TreeWalk.Options(
            selection: FileSelection(
                excluded: glob.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) },
                included: glob.filter { !$0.hasPrefix("!") }, usesIgnoreFiles: !noIgnore),
            includesHidden: hidden, languages: Set(type.compactMap { SourceLanguage.named($0)?.name }))
    }

    private var style: Style {
        switch color {
        case .always: Style(isColoured: true)
        case .never: Style(isColoured: false)
        case .auto: Style.standardOutput
        }
    }

    private var isStandardInputPiped: Bool {
        guard let status = try? FileDescriptor.standardInput.status() else { return false }
        // A pipe has no place to go to, which a device that services have in its stead has.
        return status.kind == .file
            || status.kind == .other && !FileDescriptor.standardInput.isTerminal
                && (try? FileDescriptor.standardInput.seek()) == nil
    }

    private func readWeights(_ path: Path) throws(CommandError) -> RankingWeights {
        let text = try InputSource(path).readText()
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(text) } catch {
            throw CommandError(
                .malformedInput, "\(path):\(error.column): expected \(error.expected), found \(error.found)")
        }
        do throws(WeightsError) { return try RankingWeights(json: json) } catch {
            throw CommandError(.malformedInput, "\(path): \(error)")
        }
    }

    private func searchAll(
        _ file: Path, _ engine: Engine, _ roots: [Path], _ options: SearchOptions, _ printer: HitPrinter
    ) throws(CommandError) -> Bool {
        let text = String(decoding: try InputSource(file).readText(), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline)
        let index = try index(engine, roots)
        var found = false
        for line in lines {
            found = try search(String(line), index, options, printer, showsQuery: true) || found
        }
        return found
    }

    private func index(_ engine: Engine, _ roots: [Path]) throws(CommandError) -> PassageIndex {
        var options = PassageIndex.Options(walk: walk, threads: threadCount)
        if cache {
            if let folder = DigestCache.userFolder {
                options.cache = DigestCache(folder: folder, bytesMax: cacheLimit << 20)
            } else {
                try? Descriptor.standardError.write(
                    "anneal: no cache: expected its folder in XDG_CACHE_HOME or HOME, found neither\n")
            }
        }
        do throws(GrepError) {
            let index = try PassageIndex(engine: engine, roots: roots, options: options)
            report(index.report)
            if let failure = index.cacheFailure {
                try? Descriptor.standardError.write("anneal: the cache was not written: \(failure)\n")
            }
            return index
        } catch {
            throw CommandError(.noInput, "\(error)")
        }
    }

    private func search(
        _ query: String, _ index: PassageIndex, _ options: SearchOptions, _ printer: HitPrinter, showsQuery: Bool
    ) throws(CommandError) -> Bool {
        let hits: [PassageHit]
        do throws(GrepError) { hits = try index.search(query, options: options) } catch {
            throw CommandError(.noModel, "\(error)")
        }
        try printer.write(hits, query: showsQuery ? query : nil)
        return !hits.isEmpty
    }

    private func searchStandardInput(
        _ query: String, _ engine: Engine, _ options: SearchOptions, _ printer: HitPrinter
    ) throws(CommandError) -> Bool {
        let reader = SourceReader()
        let reading: SourceReader.Reading
        do throws(SystemError) { reading = try reader.read(.standardInput, name: "") } catch {
            throw CommandError(.inputOutput, "cannot read standard input: \(error)")
        }
        switch reading {
        case .passedOver(let reason):
            throw CommandError(.malformedInput, "standard input: expected text, found it \(reason.rawValue)")
        case .text(let text):
            let hits: [PassageHit]
            do throws(GrepError) {
                hits = try PassageSearch.run(
                    query, engine: engine, text: text, name: "(standard input)", options: options)
            } catch {
                throw CommandError(.noModel, "\(error)")
            }
            try printer.write(hits, query: nil)
            return !hits.isEmpty
        }
    }

    /// Says what could not be read; the rest was searched all the same.
    private func report(_ report: ReadingReport) {
        for failure in report.failures {
            try? Descriptor.standardError.write("anneal: \(failure.path): \(failure.message)\n")
        }
    }
}

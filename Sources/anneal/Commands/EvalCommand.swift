import Anneal
import AnnealEval
import AnnealPlatform
import ArgumentParser

struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measure a model on a folder of evaluation sets.",
        discussion: """
            The folder has subfolders sts, words, pairs, classification, clustering and retrieval, of tab-separated \
            files with a header and no quoting. Missing ones are left out.

              sts, words       split, score, sentence1, sentence2 (word1, word2, score)   Spearman x 100
              pairs            split, label, sentence1, sentence2       average precision x 100, split test
              classification   split, label, text         accuracy x 100 of logistic regression
              clustering       label, text                V-measure x 100 of k-means, mean of three seeds
              retrieval/NAME   corpus.tsv, queries.tsv, qrels.tsv       nDCG@10 x 100

            In place of the folder, a file of minimal pairs: a .tsv with the columns category, anchor, keeping and \
            changing. Then the shares of anchors nearer to the keeping variant are printed, by category.

            A peer is any command that reads texts, one a line, and writes little-endian 32-bit floats, row behind row, \
            as 'anneal embed --format f32' does. It gets all texts at once, and a column of its own. Mode oracle needs such \
            a command for the teacher, whose vectors have the model's dimensions ('anneal-train reduce'): its critic is \
            the cosine with them. With a teacher, its mean cosine with each column is printed, too.

            Examples:
              anneal eval eval/
              anneal eval eval/ --modes naive,compiled,annealed --json
              anneal eval eval/ --kinds sts,words --model mine.anneal
              anneal eval eval/ --peer 'wordllama=python Research/Benchmarks/vectors.py wordllama'
              anneal eval eval/ --modes compiled,oracle --teacher 'python Research/Benchmarks/vectors.py teacher | ...'
              anneal eval Research/Evaluation/minimal-pairs/minimal-pairs.tsv --modes naive,compiled,annealed
            """)

    @Argument(help: "The folder, or a file of minimal pairs.", completion: .directory)
    var directory: Path
    @Option(
        help: ArgumentHelp(
            "Modes, side by side, separated by commas: naive, compiled, annealed, oracle.", valueName: "modes"))
    var modes = "compiled"
    @Option(help: ArgumentHelp("Only these kinds, separated by commas.", valueName: "kinds"))
    var kinds: String?
    @Option(help: ArgumentHelp("A command to measure as well. May be given several times.", valueName: "name=command"))
    var peer: [String] = []
    @Option(help: ArgumentHelp("The command that gives the teacher's vectors.", valueName: "command"))
    var teacher: String?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var model: ModelOptions
    @OptionGroup var rows: RowLookupOptions

    /// What `--modes` names: an engine's mode, or the oracle's.
    private enum Column {
        case mode(Mode)
        case oracle
    }

    private struct Peer {
        let name: String
        let command: String
    }

    func run() throws {
        let columns = try columns()
        let peers = try peers()
        let kinds: [EvalKind] = try kinds.map { try EvalCommand.values($0, "--kinds") } ?? EvalKind.allCases
        do {
            if MinimalPairs.isFile(directory) {
                // Whether it is there and may be read is told before what is in it.
                _ = try InputSource(directory)
                let pairs = try MinimalPairs(path: directory)
                let (sources, _) = try sources(columns, peers) { () throws(EvalError) in pairs.texts }
                let shares = try sources.map { try pairs.run($0) }
                let result = MinimalPairsTable(names: sources.map(\.name), shares: shares)
                if json { try show(result.json) } else { try show(result.lines(.standardOutput)) }
                return
            }
            let suite = try read { () throws(EvalError) in try EvalSuite(directory: directory, kinds: kinds) }
            let (sources, teacher) = try sources(columns, peers) { () throws(EvalError) in try suite.texts() }
            var reports: [EvalReport] = []
            for source in sources {
                reports.append(
                    try suite.run(source, teacher: teacher, threads: threads.count) {
                        note("\(source.name): \($0.kind.rawValue)/\($0.name)")
                    })
            }
            note("")
            let result = EvalTable(names: sources.map(\.name), reports: reports, tasks: suite.tasks)
            if json { try show(result.json) } else { try show(result.lines(.standardOutput)) }
        } catch let error as EvalError {
            throw CommandError(.malformedInput, "\(error)", hint: error.hint)
        }
    }

    /// Calls `body`; what it cannot find or read is missing input.
    private func read<Value>(_ body: () throws(EvalError) -> Value) throws(CommandError) -> Value {
        do throws(EvalError) { return try body() } catch { throw CommandError(.noInput, "\(error)", hint: error.hint) }
    }

    /// Says what is being done, where somebody watches.
    private func note(_ text: String) {
        guard Descriptor.standardError.obeysEscapes else { return }
        try? Descriptor.standardError.write("\r\u{1B}[K\(text)")
    }

    /// All that is measured, in the order of the columns, and the teacher. Commands are run here, once, on all texts.
    private func sources(
        _ columns: [Column], _ peers: [Peer], texts: () throws(EvalError) -> [String]
    ) throws -> (sources: [any VectorSource], teacher: CommandVectors?) {
        let engine = try model.open(lookup: rows.lookup)
        let all = peers.isEmpty && teacher == nil ? [] : try texts()
        func run(_ name: String, _ command: String) throws -> CommandVectors {
            note(name)
            return try CommandVectors(name: name, command: command, texts: all)
        }
        let teacher = try teacher.map { try run("teacher", $0) }
        var sources: [any VectorSource] = []
        for column in columns {
            switch (column, teacher) {
            case (.mode(let mode), _): sources.append(EngineVectors(engine, mode: mode, threads: threads.count))
            case (.oracle, let teacher?):
                sources.append(try OracleVectors(engine, teacher: teacher, threads: threads.count))
            case (.oracle, nil): throw CommandError(.usage, "--modes oracle: expected --teacher, found none")
            }
        }
        for peer in peers { sources.append(try run(peer.name, peer.command)) }
        return (sources, teacher)
    }

    private func columns() throws(CommandError) -> [Column] {
        var columns: [Column] = []
        for name in modes.split(separator: ",", omittingEmptySubsequences: false) {
            if name == "oracle" {
                columns.append(.oracle)
            } else if let mode = Mode(rawValue: String(name)) {
                columns.append(.mode(mode))
            } else {
                let known = Mode.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandError(.usage, "--modes: expected some of \(known), oracle, found \"\(name)\"")
            }
        }
        return columns
    }

    private func peers() throws(CommandError) -> [Peer] {
        var peers: [Peer] = []
        for text in peer {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex,
                text.index(after: equals) < text.endIndex
            else { throw CommandError(.usage, "--peer: expected name=command, found \"\(text)\"") }
            peers.append(Peer(name: String(text[..<equals]), command: String(text[text.index(after: equals)...])))
        }
        return peers
    }

    private static func values<Value: RawRepresentable<String> & CaseIterable>(
        _ list: String, _ option: String
    ) throws(CommandError) -> [Value] {
        var values: [Value] = []
        for name in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let value = Value(rawValue: String(name)) else {
                let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandError(.usage, "\(option): expected some of \(known), found \"\(name)\"")
            }
            values.append(value)
        }
        return values
    }
}

import Anneal
import AnnealEval
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
              clustering       label, text                V-measure x 100 of k-means
              retrieval/NAME   corpus.tsv, queries.tsv, qrels.tsv       nDCG@10 x 100

            In place of the folder, a file of minimal pairs: a .tsv with the columns category, anchor, keeping and \
            changing. Then the shares of anchors nearer to the keeping variant are printed, by category.

            Examples:
              anneal eval eval/
              anneal eval eval/ --modes naive,compiled,annealed --json
              anneal eval eval/ --kinds sts,words --model mine.anneal
              anneal eval Evaluation/minimal-pairs/minimal-pairs.tsv --modes naive,compiled,annealed
            """)

    @Argument(help: "The folder, or a file of minimal pairs.", completion: .directory)
    var directory: String
    @Option(help: ArgumentHelp("Modes, side by side, separated by commas.", valueName: "modes"))
    var modes = "compiled"
    @Option(help: ArgumentHelp("Only these kinds, separated by commas.", valueName: "kinds"))
    var kinds: String?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var model: ModelOptions

    func run() throws {
        let modes: [Mode] = try EvalCommand.values(modes, "--modes")
        let kinds: [EvalKind] = try kinds.map { try EvalCommand.values($0, "--kinds") } ?? EvalKind.allCases
        if MinimalPairs.isFile(directory) { return try showMinimalPairs(modes) }
        let engine: Engine
        var reports: [EvalReport] = []
        let suite: EvalSuite
        do throws(EvalError) {
            suite = try EvalSuite(directory: directory, kinds: kinds)
        } catch {
            throw CommandError(.noInput, "\(error)")
        }
        engine = try model.open()
        let isWatched = Descriptor.standardError.obeysEscapes
        for mode in modes {
            do {
                let report = try suite.run(engine, mode: mode, threads: threads.count) { task in
                    let text = "\r\u{1B}[K\(mode.rawValue): \(task.kind.rawValue)/\(task.name)"
                    if isWatched { try? Descriptor.standardError.write(text) }
                }
                reports.append(report)
            } catch let error as EvalError {
                throw CommandError(.malformedInput, "\(error)")
            }
        }
        if isWatched { try? Descriptor.standardError.write("\r\u{1B}[K") }
        let result = EvalTable(modes: modes, reports: reports, tasks: suite.tasks)
        if json {
            try show(result.json)
        } else {
            try show(result.lines(.standardOutput))
        }
    }

    private func showMinimalPairs(_ modes: [Mode]) throws {
        let pairs: MinimalPairs
        do throws(EvalError) {
            pairs = try MinimalPairs(path: directory)
        } catch {
            throw CommandError(.noInput, "\(error)")
        }
        let engine = try model.open()
        let shares = try modes.map { try pairs.run(engine, mode: $0, threads: threads.count) }
        let result = MinimalPairsTable(modes: modes, shares: shares)
        if json { try show(result.json) } else { try show(result.lines(.standardOutput)) }
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

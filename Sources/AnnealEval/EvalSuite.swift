public import Anneal

/// A folder of evaluation sets, and the runs over it.
///
///     let suite = try EvalSuite(directory: "eval")
///     let report = try suite.run(engine, mode: .compiled, threads: 2)
///     print(report.mean(of: .sts) ?? 0)
///
/// The folder has a folder for each ``EvalKind``; what is missing is left out. Files are tab-separated without
/// quoting: a quotation mark is a character like any other.
public struct EvalSuite: Sendable {
    /// By kind, then by name.
    public let tasks: [EvalTask]

    /// Finds the tasks.
    /// - Parameter kinds: the kinds to look for.
    /// - Throws: ``EvalError`` if the folder cannot be read or holds none.
    public init(directory: String, kinds: [EvalKind] = EvalKind.allCases) throws(EvalError) {
        let folders = try Files.entries(of: directory)
        var tasks: [EvalTask] = []
        for kind in kinds where folders.contains(kind.rawValue) {
            let folder = directory + "/" + kind.rawValue
            for entry in try Files.entries(of: folder).sorted() {
                if kind == .retrieval {
                    tasks.append(EvalTask(kind: kind, name: entry, path: folder + "/" + entry))
                } else if entry.hasSuffix(".tsv") {
                    tasks.append(EvalTask(kind: kind, name: String(entry.dropLast(4)), path: folder + "/" + entry))
                }
            }
        }
        guard !tasks.isEmpty else {
            throw EvalError(
                place: directory, expected: "folders " + kinds.map(\.rawValue).joined(separator: ", "),
                found: "none with sets in them")
        }
        self.tasks = tasks
    }

    /// Runs every task. The number of threads changes no score.
    /// - Parameter observe: called before each task.
    /// - Throws: ``EvalError`` if a file is malformed, `EngineError` if the engine refuses.
    public func run(
        _ engine: Engine, mode: Mode, threads: Int, observe: (EvalTask) -> Void = { _ in }
    ) throws -> EvalReport {
        let embedder = Embedder(engine: engine, mode: mode, threads: threads)
        var scores: [EvalScore] = []
        for task in tasks {
            observe(task)
            scores.append(EvalScore(task: task, value: 100 * (try embedder.score(task))))
        }
        return EvalReport(scores: scores)
    }
}

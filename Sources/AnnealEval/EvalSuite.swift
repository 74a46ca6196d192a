public import AnnealPlatform

/// A folder of evaluation sets, and the runs over it.
///
///     let suite = try EvalSuite(directory: "eval")
///     let report = try suite.run(EngineVectors(engine, mode: .compiled, threads: 2), threads: 2)
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
    public init(directory: Path, kinds: [EvalKind] = EvalKind.allCases) throws(EvalError) {
        let folders = try Self.names(in: directory)
        var tasks: [EvalTask] = []
        for kind in kinds where folders.contains(Array(kind.rawValue.utf8)) {
            let folder = directory.appending(kind.rawValue)
            for name in try Self.names(in: folder).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                if kind == .retrieval {
                    tasks.append(EvalTask(kind: kind, name: "\(Path(bytes: name))", path: folder.appending(name)))
                } else if name.suffix(4).elementsEqual(".tsv".utf8) {
                    let stem = Path(bytes: name.dropLast(4))
                    tasks.append(EvalTask(kind: kind, name: "\(stem)", path: folder.appending(name)))
                }
            }
        }
        guard !tasks.isEmpty else {
            throw EvalError(
                place: "\(directory)", expected: "folders " + kinds.map(\.rawValue).joined(separator: ", "),
                found: "none with sets in them")
        }
        self.tasks = tasks
    }

    /// The names in a folder, without hidden ones.
    private static func names(in folder: Path) throws(EvalError) -> [[UInt8]] {
        do throws(FileError) { return try Files.names(in: folder).filter { $0.first != UInt8(ascii: ".") } } catch {
            throw EvalError(error, expected: "a folder")
        }
    }

    /// The texts of all tasks, each once, for a source that wants to know them beforehand.
    /// - Throws: ``EvalError`` if a file is malformed.
    public func texts() throws(EvalError) -> [String] {
        var seen: Set<String> = []
        var texts: [String] = []
        for task in tasks {
            for text in try task.texts() where seen.insert(text).inserted { texts.append(text) }
        }
        return texts
    }

    /// Runs every task. The number of threads changes no score.
    /// - Parameters:
    ///   - teacher: whose vectors the fidelity is measured with, if any.
    ///   - observe: called before each task.
    /// - Throws: ``EvalError`` if a file is malformed, and what the sources throw.
    public func run(
        _ source: any VectorSource, teacher: (any VectorSource)? = nil, threads: Int,
        observe: (EvalTask) -> Void = { _ in }
    ) throws -> EvalReport {
        let scorer = TaskScorer(source: source, threads: threads)
        var scores: [EvalScore] = []
        for task in tasks {
            observe(task)
            scores.append(EvalScore(task: task, value: 100 * (try scorer.score(task))))
        }
        return EvalReport(scores: scores, fidelity: try teacher.flatMap { try fidelity(source, $0) })
    }

    /// The mean cosine of two sources over all texts. What has no content for both is left out.
    private func fidelity(_ source: any VectorSource, _ teacher: any VectorSource) throws -> Double? {
        guard source.dimension == teacher.dimension else { return nil }
        let dimension = source.dimension
        let texts = try texts()
        var (sum, count) = (0.0, 0)
        // In parts, since both sides of all texts may be more memory than the rest of a run takes.
        for start in stride(from: 0, to: texts.count, by: 8192) {
            let part = Array(texts[start..<min(start + 8192, texts.count)])
            let (rows, targets) = (try source.vectors(of: part), try teacher.vectors(of: part))
            for text in part.indices {
                var (product, left, right) = (0.0, 0.0, 0.0)
                for index in text * dimension..<(text + 1) * dimension {
                    product += Double(rows[index]) * Double(targets[index])
                    left += Double(rows[index]) * Double(rows[index])
                    right += Double(targets[index]) * Double(targets[index])
                }
                guard left > 0 || right > 0 else { continue }
                sum += left > 0 && right > 0 ? product / (left * right).squareRoot() : 0
                count += 1
            }
        }
        return count > 0 ? sum / Double(count) : nil
    }
}

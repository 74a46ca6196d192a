import Anneal
import AnnealFormats
import AnnealManifold
import AnnealPlatform
import ArgumentParser

struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Group texts, or vectors, by meaning.",
        discussion: """
            Reads texts, one a line, or a file of vectors (.npy, .safetensors, .arrow), and puts each into one of k \
            clusters. Cluster 1 is the largest. All centres begin at the mean of the vectors and part as the assignment goes \
            from soft to hard, so that the result hardly depends on the seed, and never on the number of threads.

              --masses free     clusters as large as they come; k-means follows (the default)
              --masses learned  a cluster draws by the number of its texts: for groups of very different sizes
              --masses equal    clusters of one size, to within one text

            Without --k several numbers of clusters are tried, 2 to 64 in steps of about the square root of 2, on at most \
            4,000 vectors. The one with the greatest mean silhouette is taken: how much nearer a vector is to its own \
            centre than to the next one, as a part of the latter distance. --json has the values.

            Without --json a table is printed: size, share, and the texts nearest to each centre.

            Examples:
              anneal cluster texts.txt --k 20 --seed 1 --labels labels.txt
              anneal cluster texts.txt --map map.svg
              anneal cluster vectors.npy --k 100 --masses equal --centres centres.npy --json > clusters.json
            """)

    @Argument(
        help: "A file of texts, one a line, or of vectors. Without it, or with '-', texts on standard input.",
        completion: .file())
    var file: Path = "-"
    @Option(name: .customLong("k"), help: "The number of clusters. Default: chosen, see above.")
    var count: Int?
    @Option(help: "Of the shifts that part the centres.")
    var seed: UInt64 = 0
    @Option(help: "How many texts a cluster may have: free, learned or equal.")
    var masses = MassesArgument.free
    @Option(help: ArgumentHelp("Write the clusters here, one number a line, from 1.", valueName: "file"))
    var labels: Path?
    @Option(help: ArgumentHelp("Write the centres here, as .npy.", valueName: "file"))
    var centres: Path?
    @Option(help: ArgumentHelp("Draw a map here, as SVG.", valueName: "file"))
    var map: Path?
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(name: [.short, .long], help: "No progress.")
    var quiet = false
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var model: ModelOptions

    enum MassesArgument: String, CaseIterable, ExpressibleByArgument {
        case free, learned, equal

        var masses: Masses {
            switch self {
            case .free: .free
            case .learned: .learned
            case .equal: .equal(strength: 1)
            }
        }
    }

    func run() throws {
        let (vectors, texts) = try read()
        let progress = ProgressBar(isQuiet: quiet)
        progress.start(total: nil)
        defer { progress.finish() }
        let clustering = Clustering(masses: masses.masses, seed: seed, threads: threads.count)
        let report: ClusterReport
        do throws(ManifoldError) {
            var choice: CountChoice?
            if count == nil {
                choice = try CountChoice(vectors, clustering) { progress.update("trying \($0) clusters") }
            }
            let clusters = try clustering.clusters(of: vectors, count: count ?? choice!.count) { step in
                let hardness = Decimal.string(step.hardness * 100, places: 0)
                progress.update("sharpness \(Decimal.string(step.sharpness, places: 2)), \(hardness) % hard")
            }
            report = ClusterReport(
                vectors: vectors, texts: texts, clusters: clusters, choice: choice, masses: masses.rawValue, seed: seed)
        } catch {
            progress.finish()
            if case .count = error { throw CommandError(.usage, "--k: \(error)") }
            throw CommandError(.malformedInput, "\(try InputSource(file).name): \(error)")
        }
        progress.finish()
        if let labels { try write(labels, clusters: report.clusters.labels.map { "\($0 + 1)\n" }.joined()) }
        if let map { try write(map, clusters: report.map.svg) }
        if let centres {
            do throws(FileError) { try NumpyArray.write(report.clusters.centres, to: centres) } catch {
                throw CommandError(.cannotCreate, "cannot create \(centres): \(error.error)")
            }
        }
        if json { try show(report.json) } else { try show(report.lines(.standardOutput)) }
    }

    private func write(_ path: Path, clusters text: String) throws(CommandError) {
        var output = try OutputFile(path: path)
        try output.writeAll(Array(text.utf8))
        try output.commit()
    }

    /// The vectors, and the texts that they are of, where there are any.
    private func read() throws -> (vectors: Matrix, texts: [String]?) {
        let source = try InputSource(file)
        if [".npy", ".safetensors", ".arrow"].contains(where: {
            file.bytes.suffix($0.utf8.count).elementsEqual($0.utf8)
        }) {
            do throws(FormatError) { return (try VectorFile(file).matrix(), nil) } catch {
                throw CommandError(.malformedInput, "\(error)", hint: error.hint)
            }
        }
        var texts: [String] = []
        var counts = LineCounts()
        var lines = LinePortions([source])
        while let portion = try lines.next() {
            for index in portion.ends.indices {
                let line = portion.line(index)
                counts.add(line, hasContent: true)
                texts.append(String(decoding: line, as: UTF8.self))
            }
        }
        let engine = try model.open()
        let vectors = try engine.matrix(of: texts, threads: threads.count)
        counts.empty = texts.indices.count { row in
            UnsafeBufferPointer(start: vectors.row(row), count: vectors.columns).allSatisfy { $0 == 0 }
        }
        counts.report(command: "cluster", ofEmpty: "their vectors are zero")
        return (vectors, texts)
    }
}

extension Engine {
    /// The vectors of texts, a row each.
    func matrix(of texts: [String], threads: Int) throws(EngineError) -> Matrix {
        let vectors = Matrix(rows: texts.count, columns: dimension)
        var rows = UnsafeMutableBufferPointer(start: vectors.storage, count: texts.count * dimension).mutableSpan
        try embed(texts, threads: threads, into: &rows)
        return vectors
    }
}

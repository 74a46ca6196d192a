import Anneal
public import AnnealCodes
import AnnealFormats
import AnnealIDs
import AnnealJSON
import AnnealPlatform
public import ArgumentParser

extension CodebookLearner: ExpressibleByArgument {}

struct IDsTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model of IDs on texts.",
        discussion: """
            Each file is a source of texts, one a line; a folder stands for the files in it. A source's name is the file's, up \
            to the first point. --sources names a list with a line a source: name, style, and 'old' or 'new', with tabs \
            between. From it come the labels of the scored digits: the style is the kind of the source, the era whether the \
            source is an old one, which is no date. Without a list each source is a style of its own and there is no era. \
            The complexity is the text's Flesch-Kincaid grade. Each is predicted by ridge regression on four fifths of the \
            texts and scored on the others.

            --words names a list with a line a word: the word, what it means, and its classes with commas between, with tabs \
            between the three. Prefixes are then named by classes as well.

            Learners: 'annealed' leaves no digit unused and uses them most evenly; 'straight-through' leaves the least error; \
            'k-means' is the plain way. The same texts, options and seed give the same file, whatever the number of threads.

            Examples:
              anneal ids train corpus/ --sources sources.tsv --output my.ids
              anneal ids train notes.txt mails.txt --sizes 8,8,8,5 --output my.ids
            """)

    @Argument(
        help: ArgumentHelp("Files of texts, one a line, or folders of them.", valueName: "file"), completion: .file())
    var files: [Path]
    @Option(help: ArgumentHelp("The sources' styles and eras.", valueName: "file"), completion: .file())
    var sources: Path?
    @Option(help: ArgumentHelp("A list of words with their classes.", valueName: "file"), completion: .file())
    var words: Path?
    @Option(
        help: ArgumentHelp("How many values each digit has.", valueName: "n,n,…"), transform: IDsTrainCommand.sizes)
    var sizes: [Int] = [64, 64, 64]
    @Option(help: "annealed, straight-through or k-means.")
    var learner: CodebookLearner = .annealed
    @Option(help: ArgumentHelp("Texts to train on, at most, drawn by the seed.", valueName: "n"))
    var lines = 100_000
    @Flag(inversion: .prefixedNo, help: "Predict attributes, for scored digits.")
    var attributes = true
    @Option(help: "What texts are drawn by and words begin with.")
    var seed: UInt64 = 0
    @OptionGroup var model: ModelOptions
    @OptionGroup var work: CodesWorkOptions

    static func sizes(_ text: String) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map {
            guard let size = Int($0) else {
                throw ValidationError("--sizes: expected numbers, as 64,64,64, found \"\(text)\".")
            }
            return size
        }
    }

    func validate() throws {
        if lines < 1 { throw ValidationError("--lines must be at least 1, found \(lines).") }
    }

    func run() throws {
        do throws(CodecError) { try ResidualQuantizer.check(sizes: sizes) } catch {
            throw CommandError(.usage, "--\(error)")
        }
        let engine = try model.open()
        var texts = try SourceTexts(files, list: sources, most: lines, seed: seed)
        var training = IDTraining(sizes: sizes, learner: learner)
        training.quantizer.seed = seed
        training.predictsAttributes = attributes
        training.threads = work.threads.count
        if let words { training.words = try Self.list(words) { text throws(IDError) in try ListedWord.list(text) } }
        var file = try OutputFile(path: work.output)
        let progress = ProgressBar(isQuiet: work.quiet)
        progress.start(total: nil)
        try texts.read()
        let bytes: [UInt8]
        do throws(IDError) {
            bytes = try training.train(
                engine, texts: texts.texts, sourceOf: texts.sourceOf, sources: texts.sources
            ) { progress.update($0) }
        } catch {
            throw CommandError(.malformedInput, "\(error)")
        }
        progress.finish()
        try file.writeAll(bytes)
        try file.commit()
    }

    /// Reads a list and says where in it something is wrong.
    static func list<Value>(_ path: Path, _ read: (String) throws(IDError) -> Value) throws(CommandError) -> Value {
        let text = String(decoding: try InputSource(path).readText(), as: UTF8.self)
        do throws(IDError) { return try read(text) } catch { throw CommandError(.malformedInput, "\(path): \(error)") }
    }
}

/// The texts of several sources, of which a number are drawn.
struct SourceTexts {
    private(set) var texts: [String] = []
    private(set) var sourceOf: [Int] = []
    private(set) var sources: [TextSource] = []
    private let inputs: [InputSource]
    private let most: Int
    private var random: SplitMix64

    init(_ files: [Path], list: Path?, most: Int, seed: UInt64) throws(CommandError) {
        let paths = try InputSource.paths(files)
        inputs = try paths.map { (path) throws(CommandError) in try InputSource(path) }
        self.most = most
        random = SplitMix64(seed: seed)
        let listed = try list.map { (list) throws(CommandError) in
            try IDsTrainCommand.list(list) { text throws(IDError) in try TextSource.list(text) }
        }
        for path in paths {
            let last = path.bytes.split(separator: UInt8(ascii: "/")).last ?? []
            let name = String(decoding: last.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self)
            guard let listed else {
                sources.append(TextSource(name: name, style: name.replacing(",", with: " ")))
                continue
            }
            guard let source = listed.first(where: { $0.name == name }) else {
                throw CommandError(
                    .malformedInput, "--sources: expected a line for the source \"\(name)\" of \(path), found none")
            }
            sources.append(source)
        }
    }

    /// Reads all lines and keeps a fair draw of them (Vitter's algorithm R).
    mutating func read() throws(CommandError) {
        var reader = LineReader(inputs)
        let batch = LineBatch()
        var seen = 0
        while try reader.fill(batch) {
            for index in batch.ends.indices {
                let line = batch.line(index)
                if line.isEmpty { continue }
                seen += 1
                if texts.count < most {
                    texts.append(String(decoding: line, as: UTF8.self))
                    sourceOf.append(batch.inputIndex)
                } else {
                    let place = random.below(seen)
                    guard place < most else { continue }
                    texts[place] = String(decoding: line, as: UTF8.self)
                    sourceOf[place] = batch.inputIndex
                }
            }
        }
    }
}

struct IDsMeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Show how evenly digits are used and what they keep of vectors.",
        discussion: """
            perplexity   how many digits of equal use it comes to
            dead         digits that none of these vectors has
            error        squared error a vector, with the digits up to this one
            near, far    of pairs with a cosine above 0.85, and below 0.1, the part that shares all digits up to this one

            The vectors are of the embedding model that the IDs are for; better of other texts than those of training.

            Example:
              anneal embed --output v.npy < texts.txt && anneal ids measure v.npy
            """)

    @OptionGroup var input: VectorsArgument
    @OptionGroup var ids: IDsOptions
    @OptionGroup var threads: ThreadOptions
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let vectors = try input.open()
        let model = try ids.open()
        guard vectors.columns == model.dimension else {
            throw input.failure(.dimension(expected: model.dimension, found: vectors.columns))
        }
        let found: IDMeasurement
        do throws(IDError) {
            found = try IDMeasurement.measure(model, on: vectors.matrix(), threads: threads.count)
        } catch {
            throw CommandError(.malformedInput, "\(input.vectors): \(error)")
        }
        if json { return try show(report(found)) }
        var table = Table(right: [Bool](repeating: true, count: 7))
        table.add(["digit", "size", "perplexity", "dead", "error", "near", "far"])
        for (index, level) in found.levels.enumerated() {
            table.add([
                "\(index + 1)", "\(level.size)", Decimal.string(level.perplexity, places: 1), "\(level.dead)",
                Decimal.string(level.error, places: 4), level.sharedNear.map { Decimal.string($0, places: 4) } ?? "",
                level.sharedFar.map { Decimal.string($0, places: 4) } ?? "",
            ])
        }
        let shared = Decimal.string(100 * found.sharing, places: 1)
        try show(
            table.lines() + [
                "  \(found.vectors) vectors, \(found.different) IDs; \(shared) % of the vectors share theirs",
                "  \(found.nearPairs) pairs near, \(found.farPairs) far",
            ])
    }

    private func report(_ found: IDMeasurement) -> JSONText {
        var json = JSONText()
        json.object { json in
            json.value("vectors", found.vectors)
            json.value("different", found.different)
            json.value("sharing", found.sharing)
            json.value("near_pairs", found.nearPairs)
            json.value("far_pairs", found.farPairs)
            json.array("levels") { json in
                for level in found.levels {
                    json.object { json in
                        json.value("size", level.size)
                        json.value("perplexity", level.perplexity)
                        json.value("dead", level.dead)
                        json.value("error", level.error)
                        json.value("near", level.sharedNear ?? .nan)
                        json.value("far", level.sharedFar ?? .nan)
                    }
                }
            }
        }
        return json
    }
}

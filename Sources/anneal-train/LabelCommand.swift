import AnnealEndpoints
import AnnealPlatform
import AnnealTraining
import ArgumentParser
import Foundation

struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Store a teacher's vectors for a corpus, once.",
        discussion: """
            The vectors come from one of three places.

            A file of vectors, a row a line of the corpus:
              anneal-train label corpus.txt --vectors vectors.npy --teacher all-MiniLM-L6-v2 --output labels

            The file may be an Arrow file, in its file form (also called Feather version 2) or its stream form, without \
            compression: a column of lists of floats holds the vectors. Where a column of strings holds the texts, too, the \
            one file is all there is to give; where it is given beside a corpus, its texts must be those of the corpus:
              anneal-train label vectors.arrow --teacher all-MiniLM-L6-v2 --output labels
              anneal-train label corpus.txt --vectors vectors.arrow --column embedding --teacher NAME --output labels

            A folder of such files: NAME.npy with NAME.npy.txt, as Research/Texts/label.py writes them from a folder of a \
            sentence-transformers model, and NAME.arrow with texts and vectors:
              anneal-train label shards/ --teacher all-MiniLM-L6-v2 --output labels

            An OpenAI-compatible endpoint; a key is taken from the environment variable OPENAI_API_KEY:
              anneal-train label corpus.txt --endpoint http://localhost:8080/v1 --teacher MODEL --output labels

            The store is two files, OUTPUT and OUTPUT.texts. Texts that are in it are not asked for again: a run that was \
            stopped, or killed, goes on when it is begun again. Lines that are empty, no UTF-8, longer than 64 KB or there \
            twice are counted and left out, and so are texts of an Arrow file with line breaks or other control characters.
            """)

    @Argument(
        help: "Texts, one a line; or an Arrow file; or a folder of NAME.npy with NAME.npy.txt and of NAME.arrow.",
        completion: .file())
    var corpus: String
    @Option(
        help: "The vectors: an .npy or a .safetensors file of one matrix, or an Arrow file.", completion: .file())
    var vectors: String?
    @Option(help: "The column of an Arrow file that holds the vectors. Default: the only one that can.")
    var column: String?
    @Option(help: "The column of an Arrow file that holds the texts. Default: the only one of strings, if any.")
    var textColumn: String?
    @Flag(help: "Don't compare the texts of the Arrow file of --vectors with those of the corpus.")
    var ignoreTexts = false
    @Option(
        help:
            "The SHA-256 of the texts that the vectors were made for. Default: what VECTORS.sha256 says, if it is there."
    )
    var digest: String?
    @Option(help: "The endpoint, up to and including the version.")
    var endpoint: String?
    @Option(help: "The teacher's name; of an endpoint, the model to ask for.")
    var teacher: String
    @Option(help: "How the teacher was asked: one line, kept in the store.")
    var settings = ""
    @Option(name: [.short, .long], help: "The store; one that is there is added to.", completion: .file())
    var output: String
    @Flag(help: "Store half-precision numbers instead of bytes with a scale: twice the size.")
    var float16 = false
    @Option(help: "Texts a request.")
    var batch = 64
    @Option(help: "At most so many requests a second.")
    var rate: Double?
    @Option(help: "How often a request is sent again after trouble that may pass.")
    var retries = 6

    func validate() throws {
        if vectors != nil && endpoint != nil { throw ValidationError("give --vectors or --endpoint, not both") }
        if ignoreTexts && (vectors == nil || textColumn != nil) {
            throw ValidationError("--ignore-texts goes with --vectors and without --text-column")
        }
        if batch < 1 || retries < 0 { throw ValidationError("--batch must be at least 1, --retries at least 0") }
    }

    private var encoding: TeacherEncoding { float16 ? .float16 : .int8 }

    func run() async throws {
        let progress = Progress()
        if let endpoint {
            let file = try CorpusFile(path: corpus, column: textColumn)
            let request = EndpointSettings(
                address: endpoint, model: teacher, key: ProcessInfo.processInfo.environment["OPENAI_API_KEY"],
                batch: batch, requestsPerSecond: rate, retries: retries)
            var source = try await EndpointTeacher(
                request, encoding: encoding, note: settings.isEmpty ? "endpoint" : settings
            ) { line in
                FileHandle.standardError.write(Data("\(line)\n".utf8))
            }
            let store = try TeacherStoreWriter(path: output, description: source.description)
            try await carry(file, &source, store, progress)
            return
        }
        var store: TeacherStoreWriter?
        for (texts, vectors) in try pairs() {
            let file = try CorpusFile(path: texts, column: texts == vectors ? textColumn : nil)
            try FileTeacher.checkDigest(of: file, vectors: vectors, expected: digest)
            if texts != vectors && !ignoreTexts {
                try FileTeacher.checkTexts(of: file, vectors: vectors, column: textColumn)
            }
            var source = try FileTeacher(
                path: vectors, column: column, textCount: file.count, teacher: teacher, settings: settings,
                encoding: encoding)
            let writer = try store ?? TeacherStoreWriter(path: output, description: source.description)
            store = writer
            try await carry(file, &source, writer, progress)
        }
    }

    /// The texts and vectors that are given, or that the folder holds.
    private func pairs() throws -> [(texts: String, vectors: String)] {
        if let vectors { return [(corpus, vectors)] }
        let folder = Path(argument: corpus)
        guard (try? Files.status(of: folder))?.kind == .folder else {
            if try FileTeacher.isArrow(corpus) { return [(corpus, corpus)] }
            throw TrainError(
                place: corpus, expected: "--vectors or --endpoint, or an Arrow file or a folder",
                found: "none of these")
        }
        let names = Set(try Files.names(in: folder).map { Path(bytes: $0).argument })
        let found = names.sorted().compactMap { name -> (texts: String, vectors: String)? in
            let path = corpus + "/" + name
            if name.hasSuffix(".arrow") { return (path, path) }
            return name.hasSuffix(".npy") && names.contains(name + ".txt") ? (path + ".txt", path) : nil
        }
        guard !found.isEmpty else {
            throw TrainError(place: corpus, expected: "files NAME.npy with NAME.npy.txt, or NAME.arrow", found: "none")
        }
        return found
    }

    private func carry(
        _ corpus: CorpusFile, _ source: inout some Teacher, _ store: TeacherStoreWriter, _ progress: Progress
    ) async throws {
        let summary = try await Labelling.run(corpus, teacher: &source, into: store) { summary, total in
            progress.update(corpus.path, done: summary.lines, of: total, fresh: summary.added)
        }
        progress.clear()
        let words =
            "\(summary.added) added, \(summary.known) known, \(summary.empty) empty, \(summary.binary) not text, "
            + "\(summary.tooLong) too long"
        guard summary.added + summary.known > 0 else {
            throw TrainError(place: corpus.path, expected: "texts", found: words)
        }
        print("\(corpus.path): \(words); \(store.count) in \(output)")
    }
}

import Anneal
import AnnealCodes
import AnnealFormats
import AnnealPlatform
import ArgumentParser

struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Turn texts into vectors, one a line of input.",
        discussion: """
            Every line gives one vector, in order; an empty line, or one without a known word, gives the zero vector \
            (and "empty":true in jsonl). A line ends at a line feed; one carriage return before it is dropped. Input \
            of any size streams in constant memory. Texts are UTF-8, with or without a byte-order mark, or UTF-16 with one; \
            compressed files and documents of other programs are refused.

            Formats:
            \(formats)
            With --codes the output is a file of codes, as 'anneal codes encode' writes it.

            *: states the number of lines first. On a pipe its rows are kept in a temporary file in TMPDIR until the end.

            Examples:
              echo "turn the light off" | anneal embed
              anneal embed --output vectors.npy < texts.txt
              anneal embed --field title --format jsonl news.jsonl > vectors.jsonl
              anneal embed --dim 64 --no-normalize --format f32 a.txt b.txt --output ab.f32
              anneal embed --lookup emoji.embd --output vectors.npy < posts.txt
              anneal embed --codes 10 --profile search --output texts.codes < texts.txt
            """)

    /// A line a format.
    private static var formats: String {
        VectorFormat.written.map { format in
            let name = format.name + ((format.writer?.headerSize ?? 0) > 0 ? "*" : "")
            return "  " + name + String(repeating: " ", count: max(1, 14 - name.utf8.count)) + format.summary
        }.joined(separator: "\n")
    }

    @OptionGroup var lines: LineOptions
    @OptionGroup var vectors: VectorOutputOptions
    @Option(help: ArgumentHelp("Keep only the first numbers of each vector.", valueName: "n"))
    var dim: Int?
    @Option(help: "naive, compiled or annealed.")
    var mode: Mode = .compiled
    @Flag(inversion: .prefixedNo, help: "Give every vector the length one.")
    var normalize = true
    @Option(help: ArgumentHelp("Write codes of so many bytes and not vectors: 10, 32 or 64.", valueName: "bytes"))
    var codes: Int?
    @OptionGroup var codec: CodecOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var model: ModelOptions
    @OptionGroup var rows: RowLookupOptions
    @Flag(name: [.short, .long], help: "No progress bar.")
    var quiet = false

    func validate() throws {
        if codes == nil, codec.isNamed { throw ValidationError("--codec and --profile go with --codes BYTES.") }
        if codes != nil, vectors.format != nil || dim != nil || !normalize {
            throw ValidationError("--codes are of whole vectors of length one, in a file of their own format.")
        }
        if codes != nil, vectors.goesToStandardOutput {
            throw ValidationError("--codes: name the file of codes with --output FILE.")
        }
    }

    func run() throws {
        let inputs = try InputSource.all(lines.files)
        if let codes { return try writeCodes(of: inputs, length: codes) }
        let writer = try vectors.writer()
        let engine = try model.open(lookup: rows.lookup)
        if let dim, !(1...engine.dimension).contains(dim) {
            throw CommandError(.usage, "--dim must be 1...\(engine.dimension) for this model, found \(dim)")
        }
        let mode = mode
        let normalize = normalize
        let dimension = dim
        let pipeline = LinePipeline(threads: threads.count, field: lines.field) {
            EmbedTransform(
                session: try engine.makeSession(mode: mode, normalize: normalize, dimension: dimension),
                writer: writer)
        }
        var file = try OutputFile(path: vectors.output, headerSize: writer.headerSize)
        let progress = ProgressBar(
            isQuiet: quiet || (vectors.goesToStandardOutput && Descriptor.standardOutput.isTerminal))
        let counts = try pipeline.run(inputs, progress: progress) { bytes throws(CommandError) in
            try file.write(bytes)
        }
        try file.commit(header: writer.header(rows: counts.lines, columns: dimension ?? engine.dimension))
        counts.report(command: "embed", ofEmpty: "their vectors are zero")
    }

    /// Writes a file of codes. All of it is in memory until the end: its checksum is over all.
    private func writeCodes(of inputs: [InputSource], length: Int) throws {
        let engine = try model.open(lookup: rows.lookup)
        let codec = try self.codec.open(beside: model.model)
        do throws(CodecError) {
            try EmbedCodesTransform.check(codec.codec, dimension: engine.dimension, length: length)
        } catch {
            throw CommandError(.usage, "--codes \(length): \(error)")
        }
        let mode = mode
        let pipeline = LinePipeline(threads: threads.count, field: lines.field) {
            EmbedCodesTransform(session: try engine.makeSession(mode: mode), codec: codec.codec, length: length)
        }
        var file = try OutputFile(path: vectors.output)
        let progress = ProgressBar(isQuiet: quiet)
        var bytes: [UInt8] = []
        let counts = try pipeline.run(inputs, progress: progress) { codes throws(CommandError) in bytes += codes }
        try file.writeAll(
            CodeFile.bytes(codes: bytes, length: length, dimension: engine.dimension, codec: codec.identity))
        try file.commit()
        counts.report(command: "embed", ofEmpty: "their codes are zero")
    }
}

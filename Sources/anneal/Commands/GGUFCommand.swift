import AnnealFormats
import AnnealGGUF
import AnnealPlatform
import ArgumentParser

struct GGUFCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gguf",
        abstract: "Look into GGUF model files and take rows out of them, in bounded memory.",
        discussion: """
            A GGUF file has metadata (settings, a vocabulary) and tensors (tables of numbers, mostly in few bits each). \
            It is read where it is needed, at most 64 KB at a time, and never mapped: a file of any size takes a few \
            megabytes. Versions 2 and 3 are read, little-endian. A broken file gives an error that names the field and \
            its place.

            Examples:
              anneal gguf inspect model.gguf
              anneal gguf inspect model.gguf --json > model.json
              anneal gguf rows model.gguf token_embd.weight --count 100 --output rows.npy
              anneal gguf tokens model.gguf < texts.txt
              anneal gguf check model.gguf
            """,
        subcommands: [
            GGUFInspectCommand.self, GGUFRowsCommand.self, GGUFTokensCommand.self, GGUFCheckCommand.self,
        ])
}

/// The file, and what reading it may take.
struct GGUFOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The GGUF file.", valueName: "file"), completion: .file())
    var file: Path
    @Option(
        help: ArgumentHelp(
            "Bytes of working memory, its buffers of 131,072 among them; a file that needs more is refused.",
            valueName: "bytes"))
    var memory = GGUFLimits().workingMemory

    func open() throws(CommandError) -> GGUFFile {
        try reading { () throws(GGUFError) in try GGUFFile(file, limits: GGUFLimits(workingMemory: memory)) }
    }
}

struct GGUFInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a GGUF file has: metadata, tensors, types, sizes.",
        discussion: """
            Of arrays the first elements are shown, and of text the beginning; --json has text up to 64 KB and arrays up \
            to 16 elements whole. A shape is written with the numbers of a row first, as the file has it.

            Examples:
              anneal gguf inspect model.gguf
              anneal gguf inspect model.gguf --json | jq '.tensors[] | select(.type == "Q4_K") | .name'
            """)

    @OptionGroup var options: GGUFOptions
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let report = GGUFReport(file: try options.open())
        if json {
            try show(try reading(report.json))
        } else {
            let style = Style.standardOutput
            try show(try reading { () throws(GGUFError) in try report.lines(style) })
        }
    }
}

struct GGUFRowsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rows",
        abstract: "Write rows of a tensor as float32, in NumPy's format.",
        discussion: """
            The numbers are those of the Python package gguf, bit for bit. Read are F32, F16, BF16, Q4_0, Q4_1, Q5_0, \
            Q5_1, Q8_0, Q2_K to Q6_K, IQ4_NL and MXFP4. A tensor of more than two dimensions is read as the rows of all \
            its matrices. Row 7 of token_embd.weight is the vector of the token with the id 7.

            Examples:
              anneal gguf rows model.gguf token_embd.weight --output all.npy
              anneal gguf rows model.gguf token_embd.weight --from 1000 --count 100 --output rows.npy
            """)

    @OptionGroup var options: GGUFOptions
    @Argument(help: ArgumentHelp("The tensor; 'anneal gguf inspect' lists them.", valueName: "tensor"))
    var tensor: String
    @Option(help: ArgumentHelp("The first row, counted from 0.", valueName: "row"))
    var from = 0
    @Option(help: ArgumentHelp("How many rows. Default: all that follow.", valueName: "n"))
    var count: Int?
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The .npy file to write, which appears whole or not at all; '-' or none is standard output.",
            valueName: "path"),
        completion: .file())
    var output: Path?
    @Flag(name: [.short, .long], help: "No progress bar.")
    var quiet = false

    func run() throws {
        let toStandardOutput = output == nil || output == "-"
        if toStandardOutput, Descriptor.standardOutput.isTerminal {
            throw CommandError(
                .usage, "npy is binary and standard output is a terminal", hint: "Use --output FILE.npy.")
        }
        if !toStandardOutput, let output, VectorFormat.forWriting(output)?.name != VectorFormat.npy.name {
            throw CommandError(.usage, "--output: expected a name that ends in .npy, found \(output)")
        }
        let file = try options.open()
        guard let tensor = file.tensor(tensor) else {
            let names = file.tensors.prefix(5).map { Visible.string($0.name) }.joined(separator: ", ")
            throw CommandError(
                .usage, "\(options.file): no tensor \(Visible.string(tensor)) among \(file.tensors.count)",
                hint: "The first are \(names.isEmpty ? "none" : names); 'anneal gguf inspect' lists all.")
        }
        let count = count ?? max(0, tensor.rowCount - from)
        guard from >= 0, count >= 1, from <= tensor.rowCount, count <= tensor.rowCount - from else {
            throw CommandError(
                .usage, "expected rows of 0..<\(tensor.rowCount), found \(count) rows from \(from) on")
        }
        try write(from..<from + count, of: tensor, in: file)
    }

    private func write(_ rows: Range<Int>, of tensor: GGUFTensor, in file: GGUFFile) throws {
        var pieces = try reading { () throws(GGUFError) in try file.pieces(of: tensor, rows: rows) }
        guard let writer = VectorFormat.npy.writer else { preconditionFailure("npy is written") }
        var output = try OutputFile(path: output, headerSize: writer.headerSize)
        let progress = ProgressBar(isQuiet: quiet)
        let total = pieces.byteCount
        progress.start(total: total)
        defer { progress.finish() }
        var buffer = ByteBuffer()
        while let piece = try reading({ () throws(GGUFError) in try pieces.next() }) {
            // Of bare numbers a piece of a row is written like a row.
            writer.append(piece, row: 0, isEmpty: false, to: &buffer)
            try output.write(UnsafeRawBufferPointer(buffer.bytes))
            buffer.removeAll()
            progress.update(done: total - pieces.byteCount)
        }
        try output.commit(header: writer.header(rows: rows.count, columns: tensor.width))
    }
}

struct GGUFCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read all of a GGUF file and say what is wrong with it.",
        discussion: """
            Counts, lengths, types and places are compared with the file, tensors with each other; every string must be \
            UTF-8 and every number finite. Numbers of types that are not read (see 'anneal gguf rows --help') are \
            passed over and named. Exit status 65 if something is wrong.

            Examples:
              anneal gguf check model.gguf
              anneal gguf check model.gguf --json
            """)

    @OptionGroup var options: GGUFOptions
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(name: [.short, .long], help: "No progress bar.")
    var quiet = false

    func run() throws {
        let file = try options.open()
        let progress = ProgressBar(isQuiet: quiet)
        progress.start(total: file.byteCount)
        let check = try reading { () throws(GGUFError) in
            try GGUFCheck(file) { progress.update(done: $0) }
        }
        progress.finish()
        if json { try show(check.json) } else { try show(check.lines) }
        let count = check.problems.count
        if count > 0 {
            throw CommandError(.malformedInput, "\(options.file): \(count) problem\(count == 1 ? "" : "s")")
        }
    }
}

/// What the tables of a model file's vocabulary may take.
struct VocabularyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Bytes that the model file's vocabulary may take in memory; a larger one is refused.", valueName: "bytes"))
    var vocabularyMemory = GGUFLimits().vocabularyMemory
}

/// What allows a command more memory.
let memoryHint = "--memory BYTES allows more; for a vocabulary, --vocabulary-memory BYTES."

/// Carries out what may find a file broken, and gives the error the status that it ends a command with.
func reading<Value>(_ body: () throws(GGUFError) -> Value) throws(CommandError) -> Value {
    do throws(GGUFError) { return try body() } catch {
        switch error.kind {
        case .unreadable: throw CommandError(.noInput, error.description)
        case .malformed, .unsupported: throw CommandError(.malformedInput, error.description)
        case .changed: throw CommandError(.inputOutput, error.description)
        case .memory:
            throw CommandError(.malformedInput, error.description, hint: memoryHint)
        }
    }
}

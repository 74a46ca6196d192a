import Anneal
import AnnealCodes
import AnnealFormats
import AnnealJSON
import AnnealModel
import AnnealPacking
import AnnealPlatform
import ArgumentParser

struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Code texts in about ten bytes each, from which their vectors come back.",
        discussion: """
            What is coded is not the vector but what makes it: the words of the text that matter most for its vector, in as \
            many bits as they are improbable. 'anneal unpack' decodes the words and runs the engine on them. Nothing of \
            order, punctuation or grammar is kept: a code is for comparing texts, not for reading them.

            All bytes of a file divided by its texts are what '--mean-bytes' asks for, but for the 77 bytes in front and \
            what a last block of fewer texts takes: texts lie in blocks of 64, without gaps, and each block has its length \
            and a checksum. Of every 4,096 texts those get more bytes that gain more by them. '--bytes' is a limit for each \
            text instead, or as well.

            A file names the model and the word model by their hashes; others cannot unpack it. The result does not depend \
            on the number of threads. Empty lines, and lines without a known word, come back as zero vectors.

            Examples:
              anneal pack < texts.txt > texts.words
              anneal unpack texts.words --output vectors.npy
              anneal pack --mean-bytes 16 --output texts.words texts.txt
              anneal pack --bytes 12 --report report.jsonl texts.txt > texts.words
            """)

    @Argument(
        help: ArgumentHelp("Files of texts, one a line; '-' or none is standard input.", valueName: "file"),
        completion: .file())
    var files: [Path] = []
    @Option(
        help: ArgumentHelp(
            "What texts take in the mean. Default: 10, unless --bytes is given.", valueName: "n"))
    var meanBytes: Double?
    @Option(help: ArgumentHelp("What a text takes at most, but for its share of its block.", valueName: "n"))
    var bytes: Int?
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The file to write, which appears whole or not at all; '-' or none is standard output.", valueName: "path"),
        completion: .file())
    var output: Path?
    @Option(
        help: ArgumentHelp(
            "Write what became of each text here: JSON, an object a line with bits, cosine, words and left_out.",
            valueName: "path"),
        completion: .file())
    var report: Path?
    @OptionGroup var wordModel: WordModelOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var model: ModelOptions
    @Flag(name: [.short, .long], help: "No progress bar.")
    var quiet = false

    func validate() throws {
        if let meanBytes, !(meanBytes >= 1 && meanBytes <= 1e6) {
            throw ValidationError("--mean-bytes must be 1...1000000, found \(meanBytes).")
        }
        if let bytes, !(1...1_000_000).contains(bytes) {
            throw ValidationError("--bytes must be 1...1000000, found \(bytes).")
        }
    }

    func run() throws {
        let inputs = try InputSource.all(files)
        if output == nil || output == "-", Descriptor.standardOutput.isTerminal {
            throw CommandError(
                .usage, "packed texts are binary and standard output is a terminal", hint: "Use --output FILE.")
        }
        let engine = try model.open()
        let words = try wordModel.open()
        let goal = PackingGoal(meanBytes: meanBytes ?? (bytes == nil ? 10 : nil), bytes: bytes)
        let run = try PackingRun(TextPacker(engine: engine, words: words), goal: goal, threads: threads.count)
        var writer = WordCodeWriter(model: engine.model.contentHash, words: words)
        var file = try OutputFile(path: output)
        var reportFile: OutputFile? = nil
        if let report { reportFile = try OutputFile(path: report) }
        var lines = LinePortions(inputs)
        let progress = ProgressBar(isQuiet: quiet)
        progress.start(total: lines.totalBytes)
        defer { progress.finish() }
        var (counts, written, cosines, row) = (LineCounts(), 0, 0.0, 0)
        var meter = WordSetMeter(words)
        while let portion = try lines.next() {
            let choices = run.pack(portion.text.bytes, ends: portion.ends)
            var json = ""
            for (index, choice) in choices.enumerated() {
                writer.append(choice.words)
                cosines += Double(choice.cosine)
                counts.add(portion.line(index), hasContent: choice.words.count > 0)
                row += 1
                if reportFile != nil { json += Self.report(choice, row: row, words, &meter) }
            }
            written += try Self.write(writer.take(), to: &file)
            try reportFile?.writeAll(Array(json.utf8))
            progress.update(done: lines.bytesRead)
        }
        writer.finish()
        written += try Self.write(writer.take(), to: &file)
        try reportFile?.commit()
        try file.commit()
        progress.finish()
        counts.report(command: "pack", ofEmpty: "they come back as zero vectors")
        if counts.lines > 0 {
            let texts = Double(counts.lines)
            try Descriptor.standardError.write(
                "anneal: \(counts.lines) texts in \(written) bytes, \(Decimal.string(Double(written) / texts, places: 2)) each; "
                    + "mean cosine with their vectors \(Decimal.string(cosines / texts, places: 4))\n")
        }
    }

    private static func write(_ bytes: [UInt8], to file: inout OutputFile) throws(CommandError) -> Int {
        try file.writeAll(bytes)
        return bytes.count
    }

    private static func report(
        _ choice: PackedChoice, row: Int, _ words: WordModel, _ meter: inout WordSetMeter
    ) -> String {
        let bits = meter.bits(of: choice.words)
        var json = JSONText()
        json.object { json in
            json.value("line", row)
            json.value("bits", (bits * 100).rounded() / 100)
            json.value("cosine", Double(choice.cosine))
            json.value("words", String(decoding: TextPacker.text(of: choice.words, words), as: UTF8.self))
            json.array("left_out") { json in
                for word in choice.leftOut { json.value(nil, String(decoding: word, as: UTF8.self)) }
            }
        }
        return json.text + "\n"
    }
}

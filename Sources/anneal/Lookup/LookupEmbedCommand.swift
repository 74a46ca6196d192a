import AnnealFormats
import AnnealJSON
import AnnealLookup
import AnnealPlatform
import ArgumentParser

struct LookupEmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Turn texts into vectors by a table, one a line of input.",
        discussion: """
            Every line gives one vector, in order. At the end it says on standard error how many tokens came from the table, \
            how many rows were streamed from the model file, and how many got a vector of their n-grams.

            Examples:
              anneal lookup embed --table words.embd --model model.gguf texts.txt --output vectors.npy
              echo "any text" | anneal lookup embed --table words.embd
              anneal lookup embed --table words.embd --model model.gguf --report report.json a.txt --output a.npy
            """)

    @OptionGroup var lines: LineOptions
    @Option(help: ArgumentHelp("The EMBD file.", valueName: "file"), completion: .file())
    var table: Path
    @OptionGroup var lookup: LookupOptions
    @OptionGroup var vectors: VectorOutputOptions
    @Flag(inversion: .prefixedNo, help: "Give every vector the length one; else it is the weighted mean of its rows.")
    var normalize = true
    @Option(
        help: ArgumentHelp(
            "Write where tokens came from, what was read and the working memory, as JSON.", valueName: "file"),
        completion: .file())
    var report: Path?
    @OptionGroup var threads: ThreadOptions
    @Flag(name: [.short, .long], help: "No progress bar, and nothing of where tokens came from.")
    var quiet = false

    func run() throws {
        let inputs = try InputSource.all(lines.files)
        let writer = try vectors.writer()
        let lookup = try lookup.open(table)
        let normalize = normalize
        let totals = LookupTotals()
        var file = try OutputFile(path: vectors.output, headerSize: writer.headerSize)
        // A place that cannot be written to is told before the work.
        var reportFile: OutputFile?
        if let report { reportFile = try OutputFile(path: report) }
        let progress = ProgressBar(
            isQuiet: quiet || (vectors.goesToStandardOutput && Descriptor.standardOutput.isTerminal))
        let counts = try LinePipeline(threads: threads.count, field: lines.field) {
            LookupTransform(lookup, normalize: normalize, writer: writer, totals: totals)
        }.run(inputs, progress: progress) { bytes throws(CommandError) in
            if let failure = totals.failure { throw CommandError(failure) }
            try file.write(bytes)
        }
        try file.commit(header: writer.header(rows: counts.lines, columns: lookup.dimension))
        counts.report(command: "lookup embed", ofEmpty: "their vectors are zero")
        if var output = reportFile.take() {
            try output.writeAll(
                Array((totals.json(lines: counts.lines, vocabularyMemory: lookup.vocabularyMemory).text + "\n").utf8))
            try output.commit()
        }
        // The vectors are written: that nobody reads standard error is no failure.
        if !quiet { try? Descriptor.standardError.write("anneal: \(totals.sentence)\n") }
    }
}

/// What the threads of a run found together. Unchecked sendable: all is guarded by `lock`.
private final class LookupTotals: @unchecked Sendable {
    private let lock = Lock()
    private var counts = LookupCounts()
    private var reads = (count: 0, byteCount: 0)
    private var peakMemory = 0
    private var firstFailure: LookupError?

    var failure: LookupError? { lock.locked { firstFailure } }

    func fail(_ error: LookupError) { lock.locked { firstFailure = firstFailure ?? error } }

    /// Adds what a thread's reader has to tell at its end.
    func add(_ reader: LookupReader) {
        lock.locked {
            counts += reader.counts
            reads.count += reader.reads.count
            reads.byteCount += reader.reads.byteCount
            peakMemory = max(peakMemory, reader.peakMemory)
        }
    }

    var sentence: String {
        lock.locked {
            func share(_ count: Int) -> String {
                Decimal.string(100 * Double(count) / Double(max(1, counts.total)), places: 1)
            }
            return
                "\(counts.total) tokens: \(share(counts.table)) % from the table, \(share(counts.streamed)) % streamed, "
                + "\(share(counts.fallback)) % by n-grams"
        }
    }

    func json(lines: Int, vocabularyMemory: Int) -> JSONText {
        lock.locked {
            var json = JSONText()
            json.object { json in
                json.value("texts", lines)
                json.value("tokens", counts.total)
                json.value("table", counts.table)
                json.value("streamed", counts.streamed)
                json.value("fallback", counts.fallback)
                json.value("reads", reads.count)
                json.value("bytes_read", reads.byteCount)
                json.value("working_memory", peakMemory)
                json.value("vocabulary_memory", vocabularyMemory)
            }
            return json
        }
    }
}

/// A line becomes its vector, in the format asked for.
private struct LookupTransform: ~Copyable, LineTransform {
    private let reader: LookupReader
    private let normalize: Bool
    private let writer: VectorFormat.Writer
    private let vector: UnsafeMutableBufferPointer<Float>
    private let totals: LookupTotals

    init(_ lookup: Lookup, normalize: Bool, writer: VectorFormat.Writer, totals: LookupTotals) {
        reader = lookup.makeReader()
        self.normalize = normalize
        self.writer = writer
        self.totals = totals
        vector = .allocate(capacity: lookup.dimension)
        vector.initialize(repeating: 0)
    }

    deinit {
        totals.add(reader)
        vector.deallocate()
    }

    mutating func transform(_ line: UnsafeBufferPointer<UInt8>, row: Int, into output: inout ByteBuffer) -> Bool {
        let hasContent: Bool
        do throws(LookupError) { hasContent = try reader.embed(line, into: vector, normalize: normalize) } catch {
            // Nothing of this batch is written.
            totals.fail(error)
            return false
        }
        writer.append(UnsafeBufferPointer(vector), row: row, isEmpty: !hasContent, to: &output)
        return hasContent
    }
}

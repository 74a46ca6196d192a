import Anneal
import AnnealFormats
import AnnealIDs
import AnnealJSON
import AnnealPlatform
import AnnealPreferences
import ArgumentParser

struct SequencesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sequences",
        abstract: "Learn which concept follows which, for 'anneal prefer --next'.",
        discussion: """
            Texts are one a line; an empty line ends a sequence, and so does the end of a file. Each text becomes its semantic ID, \
            and a model of their digits is written: counts of contexts of up to two IDs, mixed with shorter ones down to chance.

            With --measure nothing is learned: a model is asked how hard the texts are to guess. It prints the perplexity by no \
            ID before (unigram), one (bigram) and two.

            Examples:
              anneal sequences stories.txt --output stories.sequences
              anneal sequences other-stories.txt --measure stories.sequences
              anneal prefer --next stories.sequences --like ocean --like storm
            """)

    @Argument(help: ArgumentHelp("Files of texts, one a line.", valueName: "file"), completion: .file())
    var files: [Path]
    @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "path"), completion: .file())
    var output: Path?
    @Option(help: ArgumentHelp("The model to measure.", valueName: "path"), completion: .file())
    var measure: Path?
    @OptionGroup var engine: EngineOptions
    @OptionGroup var ids: IDOptions
    @Option(name: [.short, .long], help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let threads, !(1...256).contains(threads) {
            throw ValidationError("--threads must be 1...256, found \(threads).")
        }
        if files.isEmpty { throw ValidationError("Give at least one file of texts.") }
        if (output == nil) == (measure == nil) { throw ValidationError("Give --output or --measure, one of the two.") }
    }

    func run() throws {
        let engine = try engine.open()
        let model = try ids.open(for: engine)
        let known = try measure.map { (path) throws(PreferToolError) in try Self.open(path, for: model) }
        var trainer = try trainer(for: model)
        let sequences = try sequences(engine, model)
        let concepts = sequences.reduce(0) { $0 + $1.count }
        guard concepts > 0 else {
            throw PreferToolError(status: 65, "expected at least one text with a word that the model knows, found none")
        }
        if let known {
            let perplexities = (1...DigitModel.ordersMost).map { known.perplexity(of: sequences, order: $0) }
            return try report(perplexities, concepts, sequences.count)
        }
        for sequence in sequences { trainer.add(sequence) }
        // One of the two was asked for.
        guard let output else { return }
        do throws(FileError) { try AtomicFile.write(trainer.finish().bytes, to: output) } catch {
            throw PreferToolError(status: 73, "\(error)")
        }
        FileDescriptor.standardError.tell("anneal-prefer: \(concepts) concepts in \(sequences.count) sequences\n")
    }

    private func trainer(for model: IDModel) throws(PreferToolError) -> DigitModelTrainer {
        do throws(DigitModelError) { return try DigitModelTrainer(sizes: model.sizes, ids: model.identity) } catch {
            throw PreferToolError(status: 65, "the model of IDs: \(error)")
        }
    }

    /// Opens a model of sequences.
    /// - Throws: ``PreferToolError``, also for one of other IDs.
    static func open(_ path: Path, for model: IDModel) throws(PreferToolError) -> DigitModel {
        let known: DigitModel
        do throws(DigitModelError) { known = try DigitModel(path) } catch {
            throw PreferToolError(status: Files.isReadable(path) ? 65 : 66, "\(path): \(error)")
        }
        guard known.ids == model.identity, known.sizes == model.sizes else {
            throw PreferToolError(
                status: 65, "\(path): expected sequences of the IDs of \(model.identity), found those of \(known.ids)")
        }
        return known
    }

    /// The IDs of the texts of all files; texts without content are passed over.
    private func sequences(_ engine: Engine, _ model: IDModel) throws(PreferToolError) -> [[[Int]]] {
        var sequences: [[[Int]]] = []
        for file in files {
            let bytes: [UInt8]
            do throws(FormatError) { bytes = try TextFile.read(file) } catch {
                throw PreferToolError(status: 66, "\(error)")
            }
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let ids = Self.digits(lines, engine, model, threads: threads ?? min(8, WorkerThread.available))
            var sequence: [[Int]] = []
            for (line, id) in zip(lines, ids) {
                if let id { sequence.append(id) }
                if Self.isEmpty(line), !sequence.isEmpty {
                    sequences.append(sequence)
                    sequence = []
                }
            }
            if !sequence.isEmpty { sequences.append(sequence) }
        }
        return sequences
    }

    private static func isEmpty(_ line: ArraySlice<UInt8>) -> Bool {
        line.allSatisfy { [0x20, 0x09, 0x0D].contains($0) }
    }

    private static func digits(
        _ lines: [ArraySlice<UInt8>], _ engine: Engine, _ model: IDModel, threads: Int
    ) -> [[Int]?] {
        Parallel.mapChunks(of: lines.count, size: 2048, threads: threads) { range in
            var session: IDSession
            do throws(IDError) { session = try IDSession(engine, model) } catch {
                preconditionFailure("a model of IDs that was opened for this engine: \(error)")
            }
            return lines[range].map { session.id(of: String(decoding: $0, as: UTF8.self))?.digits }
        }.flatMap { $0 }
    }

    private func report(_ perplexities: [Double], _ concepts: Int, _ sequences: Int) throws {
        let names = ["unigram", "bigram", "trigram"]
        if json {
            var json = JSONText()
            json.object { json in
                json.value("concepts", concepts)
                json.value("sequences", sequences)
                json.object("perplexity") { json in
                    for (name, value) in zip(names, perplexities) { json.value(name, value) }
                }
            }
            return try FileDescriptor.standardOutput.writeLines([json.text])
        }
        try FileDescriptor.standardOutput.writeLines(
            zip(names, perplexities).map { "\($0): perplexity \(Int($1.rounded())) an ID" })
    }
}

import Anneal
import AnnealCodes
import AnnealFormats
import AnnealModel
import AnnealPacking
import AnnealPlatform
import ArgumentParser

struct UnpackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpack",
        abstract: "Turn packed texts back into vectors, or into their words.",
        discussion: """
            A vector is that of the text that '--words' prints: decoding is running the engine on the words. What is damaged, \
            cut short, or packed for another model is refused, and no output file appears.

            Examples:
              anneal unpack texts.words --output vectors.npy
              anneal unpack --words texts.words
              anneal pack < texts.txt | anneal unpack --format text
            """)

    @Argument(
        help: ArgumentHelp("What 'anneal pack' wrote; '-' or none is standard input.", valueName: "file"),
        completion: .file())
    var input: Path = "-"
    @Flag(help: "Print the words that were coded, a text a line, instead of vectors.")
    var words = false
    @OptionGroup var vectors: VectorOutputOptions
    @OptionGroup var wordModel: WordModelOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var model: ModelOptions

    /// Blocks that are decoded together.
    private static let portion = 64

    func run() throws {
        let source = try InputSource(input)
        let writer = words ? nil : try vectors.writer()
        let engine = try model.open()
        let wordModel = try wordModel.open()
        var file = try OutputFile(path: vectors.output, headerSize: writer?.headerSize ?? 0)
        var reader = WordCodeReader(model: engine.model.contentHash, words: wordModel)
        let descriptor = try source.open()
        // Nothing is written: closing has nothing to tell.
        defer { if descriptor != .standardInput { try? descriptor.close() } }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { room.deallocate() }
        var rows = 0
        var blocks: [WordCodeBlock] = []
        func flush(_ file: inout OutputFile) throws {
            for text in try unpack(blocks, engine, wordModel, writer, firstRow: rows) { try file.writeAll(text) }
            rows += blocks.reduce(0) { $0 + $1.count }
            blocks.removeAll()
        }
        do {
            while true {
                let count: Int
                do throws(SystemError) { count = try descriptor.read(into: room) } catch {
                    throw CommandError(.inputOutput, "cannot read \(source.name): \(error)")
                }
                if count == 0 { break }
                reader.append(room[..<count])
                while let block = try reader.next() {
                    blocks.append(block)
                    if blocks.count == Self.portion { try flush(&file) }
                }
            }
            try reader.finish()
            try flush(&file)
        } catch let error as WordCodeError {
            throw CommandError(.malformedInput, "\(source.name): \(error)")
        }
        try file.commit(header: writer?.header(rows: rows, columns: engine.dimension) ?? [])
    }

    /// The bytes of each block's texts in the output.
    private func unpack(
        _ blocks: [WordCodeBlock], _ engine: Engine, _ wordModel: WordModel, _ writer: VectorFormat.Writer?,
        firstRow: Int
    ) throws -> [[UInt8]] {
        let settings = try engine.settings()
        var firstRows = [firstRow]
        for block in blocks { firstRows.append(firstRows[firstRows.count - 1] + block.count) }
        let rows = firstRows
        return try Parallel.map(blocks.count, threads: threads.count) { (index) throws(WordCodeError) in
            let sets = try blocks[index].sets(wordModel)
            guard let writer else {
                return sets.flatMap { TextPacker.text(of: $0, wordModel) + [0x0A] }
            }
            var output = ByteBuffer()
            engine.withSession(settings) { session in
                var vector = [Float](repeating: 0, count: engine.dimension)
                for (place, set) in sets.enumerated() {
                    var span = vector.mutableSpan
                    let hasContent = TextPacker.embed(set, of: wordModel, with: &session, into: &span)
                    vector.withUnsafeBufferPointer {
                        writer.append($0, row: rows[index] + place, isEmpty: !hasContent, to: &output)
                    }
                }
            }
            return Array(output.bytes)
        }
    }
}

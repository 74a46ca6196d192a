import AnnealCodes
import AnnealFormats
import AnnealPlatform
import ArgumentParser

struct CodesEncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Turn vectors into codes.",
        discussion: """
            The file of codes has the codec's hash, the length of a code, their number, and the codes, one behind the other \
            in the order of the vectors. The zero vector's code is all zeros.

            Examples:
              anneal codes encode v.npy --bytes 10 --output v.codes
              anneal codes encode v.npy --codec v.codec --bytes 10 --output v.codes
            """)

    @OptionGroup var input: VectorsArgument
    @OptionGroup var codec: CodecOptions
    @Option(help: ArgumentHelp("Bytes of a code. Default: the most that the codec has.", valueName: "n"))
    var bytes: Int?
    @OptionGroup var work: CodesWorkOptions

    func run() throws {
        let vectors = try input.open()
        let file = try codec.open()
        let length = bytes ?? file.codec.lengths.last ?? 0
        var target = try OutputFile(path: work.output)
        let progress = ProgressBar(isQuiet: work.quiet)
        progress.start(total: nil)
        let codes: [UInt8]
        do throws(CodecError) {
            codes = try file.codec.encode(vectors, length: length, threads: work.threads.count) {
                progress.update("\($0) of \(vectors.rows) vectors")
            }
        } catch {
            throw input.failure(error)
        }
        progress.finish()
        try target.writeAll(
            CodeFile.bytes(codes: codes, length: length, dimension: vectors.columns, codec: file.identity))
        try target.commit()
    }
}

struct CodesDecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Turn codes back into vectors.",
        discussion: """
            The vectors are what the codes stand for: near those that were coded, and shorter. Codes of another codec than \
            the one given are refused.

            Examples:
              anneal codes decode v.codes --output v2.npy
              anneal codes decode v.codes --codec v.codec --output v2.npy
            """)

    @Argument(help: ArgumentHelp("The codes, as 'codes encode' writes them.", valueName: "codes"), completion: .file())
    var codes: Path
    @OptionGroup var codec: CodecOptions
    @OptionGroup var vectors: VectorOutputOptions
    @OptionGroup var threads: ThreadOptions
    @Flag(name: [.short, .long], help: "No progress.")
    var quiet = false

    func run() throws {
        let writer = try vectors.writer()
        let file = try codec.open()
        let opened: CodeFile
        do throws(CodecError) {
            opened = try CodeFile(codes)
            try opened.check(madeBy: file)
        } catch {
            throw CommandError(Files.isReadable(codes) ? .malformedInput : .noInput, "\(codes): \(error)")
        }
        var target = try OutputFile(path: vectors.output, headerSize: writer.headerSize)
        let progress = ProgressBar(isQuiet: quiet)
        progress.start(total: nil)
        var buffer = ByteBuffer()
        let block = 4096
        for start in stride(from: 0, to: opened.count, by: block) {
            let end = min(opened.count, start + block)
            let bytes = UnsafeRawBufferPointer(
                rebasing: opened.bytes[start * opened.length..<end * opened.length])
            let decoded: Matrix
            do throws(CodecError) {
                decoded = try file.codec.decode(bytes, length: opened.length, threads: threads.count)
            } catch {
                throw CommandError(.malformedInput, "\(codes): \(error)")
            }
            for row in 0..<decoded.rows {
                let vector = UnsafeBufferPointer(start: decoded.row(row), count: decoded.columns)
                writer.append(vector, row: start + row, isEmpty: vector.allSatisfy { $0 == 0 }, to: &buffer)
            }
            try target.write(UnsafeRawBufferPointer(buffer.bytes))
            buffer.removeAll()
            progress.update("\(end) of \(opened.count) codes")
        }
        progress.finish()
        try target.commit(header: writer.header(rows: opened.count, columns: file.codec.dimension))
    }
}

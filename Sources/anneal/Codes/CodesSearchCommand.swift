import AnnealCodes
import AnnealFormats
import AnnealJSON
import AnnealPlatform
import ArgumentParser

struct CodesSearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find the codes nearest to vectors.",
        discussion: """
            For each row of --queries the codes of the greatest cosine, the best first: a line each with the row of the \
            query, the place of the code and the cosine, with tabs between. Both count from 0. The queries are vectors that \
            are not coded. What is searched is only the codes, and none of them is decoded.

            Codes of several layers are searched by their first layer, and the best by all of it.

            Examples:
              anneal embed --output q.npy < questions.txt
              anneal codes search v.codes --queries q.npy --limit 5
              anneal codes search v.codes --codec v.codec --queries q.npy --json
            """)

    @Argument(help: ArgumentHelp("The codes, as 'codes encode' writes them.", valueName: "codes"), completion: .file())
    var codes: Path
    @Option(help: ArgumentHelp("A file of vectors to ask with.", valueName: "vectors"), completion: .file())
    var queries: Path
    @Option(name: [.customShort("k"), .long], help: ArgumentHelp("Codes for each query.", valueName: "n"))
    var limit = 10
    @OptionGroup var codec: CodecOptions
    @OptionGroup var threads: ThreadOptions
    @Flag(help: "Print JSON, with the time of the searches.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1, found \(limit).") }
    }

    func run() throws {
        let file = try codec.open()
        let asked: VectorFile
        do throws(FormatError) { asked = try VectorFile(queries) } catch {
            throw CommandError(
                Files.isReadable(queries) ? .malformedInput : .noInput, "\(error)", hint: error.hint)
        }
        let scan = try opened(file)
        var found: [[CodeHit]] = []
        var query = [Float](repeating: 0, count: asked.columns)
        var times: [Duration] = []
        for row in 0..<asked.rows {
            query.withUnsafeMutableBufferPointer { query in
                if let start = query.baseAddress { asked.copyRow(row, into: start) }
            }
            let start = ContinuousClock.now
            do throws(CodecError) {
                found.append(try scan.nearest(to: query, count: limit, threads: threads.count))
            } catch {
                throw CommandError(.malformedInput, "\(queries): row \(row): \(error)")
            }
            times.append(ContinuousClock.now - start)
        }
        if json { return try show(report(found, times: times.sorted())) }
        if found.isEmpty { return }
        try show(
            found.enumerated().flatMap { row, hits in
                hits.map { "\(row)\t\($0.index)\t\(Decimal.string(Double($0.cosine), places: 6))" }
            })
    }

    private func opened(_ file: CodecFile) throws(CommandError) -> CodeScan {
        do throws(CodecError) {
            let opened = try CodeFile(codes)
            try opened.check(madeBy: file)
            return try CodeScan(file.codec, codes: opened.bytes, length: opened.length, threads: threads.count)
        } catch {
            throw CommandError(Files.isReadable(codes) ? .malformedInput : .noInput, "\(codes): \(error)")
        }
    }

    private func report(_ found: [[CodeHit]], times: [Duration]) -> JSONText {
        var text = JSONText()
        text.object { text in
            if let middle = times.dropFirst(times.count / 2).first, let least = times.first {
                text.value("median_ms", middle / .milliseconds(1))
                text.value("least_ms", least / .milliseconds(1))
            }
            text.array("queries") { text in
                for hits in found {
                    text.array { text in
                        for hit in hits {
                            text.object { text in
                                text.value("row", hit.index)
                                text.value("cosine", Double(hit.cosine))
                            }
                        }
                    }
                }
            }
        }
        return text
    }
}

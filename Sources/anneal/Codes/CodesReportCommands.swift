import AnnealCodes
import AnnealFormats
import AnnealJSON
import AnnealPlatform
import ArgumentParser

struct CodesMeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Show what codes keep of vectors, for each length.",
        discussion: """
            symmetric    correlation of cosines of random pairs, code against code
            asymmetric   the same, a vector that was not coded against a code
            error        squared error a vector
            over bound   that, over the least that codes of so many bytes could have, were these vectors normally \
            distributed (reverse water-filling)
            recall       of the ten nearest by vectors, the share among the first 10 or 100 by codes; the query is not coded

            Measure on other vectors than those that the codec was trained on.

            Example:
              anneal codes measure held-out.npy --codec v.codec
            """)

    @OptionGroup var input: VectorsArgument
    @OptionGroup var codec: CodecOptions
    @OptionGroup var threads: ThreadOptions
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let vectors = try input.open()
        let file = try codec.open()
        let found: [CodecMeasurement]
        do throws(CodecError) {
            found = try CodecMeasurement.measure(file.codec, on: vectors.matrix(), threads: threads.count)
        } catch {
            throw input.failure(error)
        }
        if json {
            var text = JSONText()
            text.array { text in
                for length in found {
                    text.object { text in
                        text.value("bytes", length.length)
                        text.value("symmetric", length.symmetric)
                        text.value("asymmetric", length.asymmetric)
                        text.value("error", length.error)
                        text.value("bound", length.bound)
                        text.value("recall10", length.recall10)
                        text.value("recall100", length.recall100)
                        text.value("queries", length.queries)
                    }
                }
            }
            return try show(text)
        }
        var table = Table(right: [true, true, true, true, true, true, true])
        table.add(["bytes", "symmetric", "asymmetric", "error", "over bound", "recall 10", "recall 100"])
        for length in found {
            table.add([
                "\(length.length)", Decimal.string(length.symmetric, places: 4),
                Decimal.string(length.asymmetric, places: 4), Decimal.string(length.error, places: 4),
                Decimal.string(length.bound > 0 ? length.error / length.bound : .nan, places: 3),
                Decimal.string(length.recall10, places: 3), Decimal.string(length.recall100, places: 3),
            ])
        }
        try show(table.lines())
    }
}

struct CodesInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a codec or a file of codes is.",
        discussion: """
            Examples:
              anneal codes inspect v.codec
              anneal codes inspect v.codes
            """)

    @Argument(help: ArgumentHelp("A codec or a file of codes.", valueName: "file"), completion: .file())
    var file: Path
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let facts = try facts()
        if json {
            var text = JSONText()
            text.object { text in
                for fact in facts {
                    if let number = Int(fact.value) {
                        text.value(fact.name, number)
                    } else {
                        text.value(fact.name, fact.value)
                    }
                }
            }
            return try show(text)
        }
        var table = Table(right: [false, false])
        for fact in facts { table.add([fact.name, fact.value]) }
        try show(table.lines())
    }

    private func facts() throws(CommandError) -> [(name: String, value: String)] {
        if let codes = try? CodeFile(file) {
            return [
                ("kind", "codes"), ("codec", "\(codes.codec)"), ("dimension", "\(codes.dimension)"),
                ("bytes", "\(codes.length)"), ("count", "\(codes.count)"),
            ]
        }
        let opened: CodecFile
        do throws(CodecError) { opened = try CodecFile(file) } catch {
            throw CommandError(Files.isReadable(file) ? .noModel : .noInput, "\(file): \(error)")
        }
        var facts: [(name: String, value: String)] = [
            ("kind", "codec"), ("hash", "\(opened.identity)"), ("file bytes", "\(opened.byteCount)"),
            ("dimension", "\(opened.codec.dimension)"),
            ("lengths", opened.codec.lengths.map(String.init).joined(separator: ", ")),
            ("codec", opened.codec.kind.name), ("trained on", "\(opened.codec.trainedOn)"),
        ]
        if let trellis = opened.codec as? TrellisCodec {
            facts.append(("profile", trellis.profile.name))
            for (layer, length) in zip(trellis.layers, trellis.lengths) {
                let components = layer.steps.reduce(0) { $0 + $1.components.count }
                facts.append(
                    ("to \(length) bytes", "\(layer.steps.count) steps of \(components) components"))
            }
        }
        return facts
    }
}

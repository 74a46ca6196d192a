import AnnealJSON
import AnnealLookup
import AnnealPlatform
import ArgumentParser

struct LookupInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a table says of itself.",
        discussion: """
            The file is checked from its first byte to its last. 'anneal gguf inspect' shows a model file.

            Examples:
              anneal lookup inspect words.embd
              anneal lookup inspect words.embd --json
            """)

    @Argument(help: ArgumentHelp("The EMBD file.", valueName: "table"), completion: .file())
    var table: Path
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let path = table
        let table = try lookingUp { () throws(LookupError) in try LookupTable(path, access: .positional) }
        let trailer = table.trailer
        let most = (0..<table.count).map { table.frequency(of: $0) }.max() ?? 0
        let seen = (0..<table.count).count { table.frequency(of: $0) > 0 }
        if json {
            var json = JSONText()
            json.object { json in
                json.value("path", path.text ?? "\(path)")
                json.value("bytes", table.byteCount)
                json.value("entries", table.count)
                json.value("counted", seen)
                json.value("dimension", table.dimension)
                json.value("total", Int(clamping: table.total))
                json.value("aligned", trailer?.alignment != nil)
                if let trailer {
                    json.value("smoothing", Double(trailer.smoothing))
                    json.value("row_length", Double(trailer.rowLength))
                    json.value("longest_piece", trailer.longestPiece)
                    json.value("identifiers", trailer.splitsIdentifiers)
                    json.value("n_gram_weights", trailer.gramWeights.count)
                    json.value("model_width", trailer.modelWidth)
                    json.value("model_print", digits(trailer.modelPrint))
                    if let alignment = trailer.alignment { json.value("engine", "\(alignment.engine)") }
                }
            }
            return try show(json)
        }
        var facts = Table(right: [false, false])
        facts.add(["bytes", "\(table.byteCount)"])
        facts.add(["entries", "\(table.count), of which the texts have \(seen)"])
        facts.add(["dimension", "\(table.dimension)"])
        facts.add(["tokens counted", "\(table.total); the most frequent entry \(most) times"])
        if let trailer {
            facts.add(["weights", "a / (a + part of the tokens), a = \(trailer.smoothing)"])
            facts.add(["row length", Decimal.string(Double(trailer.rowLength), places: 4)])
            facts.add(["longest piece", "\(trailer.longestPiece) bytes"])
            facts.add(["identifiers", trailer.splitsIdentifiers ? "split" : "whole"])
            facts.add(["n-gram weights", "\(trailer.gramWeights.count)"])
            facts.add(["model", "rows of \(trailer.modelWidth) numbers, print \(digits(trailer.modelPrint))"])
            let space = trailer.alignment.map { "mapped into the space of the engine \($0.engine)" }
            facts.add(["rows", space ?? "as the model has them"])
        } else {
            facts.add(["trailer", "none: a plain file of version 1"])
        }
        try show(["\(path)", ""] + facts.lines())
    }

    private func digits(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

struct LookupRowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "row",
        abstract: "Show where each token of a text gets its row from, and what it weighs.",
        discussion: """
            table     the table has it
            streamed  it was read from the model file, and mapped if the table is aligned
            fallback  no vocabulary has it: a vector of its character n-grams

            Examples:
              anneal lookup row words.embd "a text with 犬 in it" --model model.gguf
              anneal lookup row words.embd light --vectors --json
            """)

    @Argument(help: ArgumentHelp("The EMBD file.", valueName: "table"), completion: .file())
    var table: Path
    @Argument(help: ArgumentHelp("The text.", valueName: "text"))
    var text: String
    @OptionGroup var lookup: LookupOptions
    @Flag(help: "Print the numbers of the rows too.")
    var vectors = false
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let reader = try lookup.open(table).makeReader()
        let (text, keeps) = (text, vectors)
        let tokens = try lookingUp { () throws(LookupError) in try reader.tokens(of: text, keepsRows: keeps) }
        if json {
            var json = JSONText()
            json.array { json in
                for token in tokens {
                    json.object { json in
                        json.value("text", token.text)
                        json.value("origin", token.token.origin.rawValue)
                        json.value("weight", Double(token.token.weight))
                        if let id = token.token.id { json.value("id", Int(id)) }
                        if let entry = token.token.entry { json.value("entry", entry) }
                        if keeps {
                            json.array("row") { json in for number in token.row { json.value(nil, Double(number)) } }
                        }
                    }
                }
            }
            return try show(json)
        }
        var shown = Table(right: [false, false, true, true, true])
        shown.add(["token", "origin", "weight", "id", "entry"])
        for (token, text, _) in tokens {
            shown.add([
                Visible.string(text), token.origin.rawValue, Decimal.string(Double(token.weight), places: 4),
                token.id.map { "\($0)" } ?? "", token.entry.map { "\($0)" } ?? "",
            ])
        }
        var lines = shown.lines()
        if keeps { lines += tokens.map { $0.row.map { "\($0)" }.joined(separator: " ") } }
        try show(lines)
    }
}

struct LookupCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read all of a table, and compare it with its model file.",
        discussion: """
            The fields, the order of the hashes, every number and the checksums are checked. With --model each entry's row \
            is made anew from the model file and compared bit for bit. Exit status 65 if something is wrong.

            Examples:
              anneal lookup check words.embd
              anneal lookup check words.embd --model model.gguf --json
            """)

    @Argument(help: ArgumentHelp("The EMBD file.", valueName: "table"), completion: .file())
    var table: Path
    @Option(help: ArgumentHelp("The GGUF file that the table was made of.", valueName: "file"), completion: .file())
    var model: Path?
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(name: [.short, .long], help: "No progress bar.")
    var quiet = false

    func run() throws {
        let (path, model) = (table, model)
        let table = try lookingUp { () throws(LookupError) in try LookupTable(path) }
        let progress = ProgressBar(isQuiet: quiet)
        progress.start(total: nil)
        let check = try lookingUp { () throws(LookupError) in
            try model.map { (model) throws(LookupError) in
                try TableCheck(table, model: model) { count in progress.update("\(count) pieces") }
            }
        }
        progress.finish()
        let problems = check?.problems ?? []
        if json {
            var json = JSONText()
            json.object { json in
                json.value("path", path.text ?? "\(path)")
                json.value("entries", table.count)
                if let check { json.value("sound", check.sound) }
                json.array("problems") { json in for problem in problems { json.value(nil, problem) } }
            }
            try show(json)
        } else {
            let compared = check.map { ", \($0.sound) rows are the model's" } ?? ""
            try show(
                problems.map(Visible.string) + [
                    "\(table.count) entries of \(table.dimension) numbers: "
                        + (problems.isEmpty ? "sound" : "\(problems.count) problems") + compared
                ])
        }
        if !problems.isEmpty {
            throw CommandError(
                .malformedInput, "\(path): \(problems.count) problem\(problems.count == 1 ? "" : "s")")
        }
    }
}

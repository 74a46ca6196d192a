import Anneal
import AnnealFormats
import AnnealIDs
import AnnealJSON
import AnnealPlatform
import ArgumentParser

struct IDsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ids",
        abstract: "Turn texts into semantic IDs: a few digits that mean something.",
        discussion: """
            The ID 12-5-63 says what a text is about, the first digit most. Texts that are alike share the first digits, so \
            that a prefix is a topic and its IDs are a hierarchy to walk. 'ids train' makes a model of IDs; without --ids it is \
            default.ids beside the default model.

            Form of an ID: digits with '-' between; with --unique a '.' and a counter from 1 behind them, 12-5-63.2; with \
            --marked '@' and the first eight hexadecimal digits of the model's hash behind that. A text without content has \
            no ID, and its line is '-'.

            Scored digits, 3/6/2/41, are predicted attributes: style, complexity, era, and the variation, which is what \
            these do not say. 'ids explain --text' shows how well each is predicted, on texts held out from training.

            Examples:
              anneal ids assign < texts.txt
              anneal ids explain 12-5-63
              anneal ids explain --text "turn the light off"
              anneal ids walk 12
              anneal ids between 12-5-63 40-1-7
              anneal ids map --output map.svg
            """,
        subcommands: [
            IDsAssignCommand.self, IDsExplainCommand.self, IDsWalkCommand.self, IDsBetweenCommand.self,
            IDsMapCommand.self, IDsTrainCommand.self, IDsMeasureCommand.self,
        ])
}

/// Which model of IDs a command uses.
struct IDsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The model of IDs, as 'ids train' writes it. Default: the one beside the default model.", valueName: "file"),
        completion: .file())
    var ids: Path?

    func open() throws(CommandError) -> IDModel {
        do throws(IDError) {
            if let ids { return try IDModel(ids) }
            return try IDModel()
        } catch {
            let name = ids.map { "\($0): " } ?? ""
            throw CommandError(
                .noModel, "\(name)\(error)", hint: ids == nil ? "Name a model of IDs with --ids FILE." : nil)
        }
    }

    /// Opens it with the engine whose vectors it is for.
    func open(with model: ModelOptions) throws(CommandError) -> (ids: IDModel, engine: Engine) {
        let (ids, engine) = (try open(), try model.open())
        do throws(IDError) { try ids.check(engine) } catch {
            throw CommandError(.noModel, "\(error)", hint: "Name a model of IDs for this model with --ids FILE.")
        }
        return (ids, engine)
    }

    /// Reads an ID or a prefix of the model's.
    static func parse(_ text: String, _ ids: IDModel) throws(CommandError) -> SemanticID {
        do throws(IDError) { return try ids.parse(text) } catch { throw CommandError(.usage, "\(error)") }
    }
}

struct IDsAssignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Print the ID of each text, one a line of input.",
        discussion: """
            Every line gives one line, in order; one without content gives '-' (null in JSON).

            Examples:
              anneal ids assign < texts.txt
              anneal ids assign --unique catalogue.txt > ids.txt
              anneal ids assign --scored --json < texts.txt
            """)

    @OptionGroup var lines: LineOptions
    @Flag(help: "Count texts of the same digits behind a '.', so that each has an ID of its own.")
    var unique = false
    @Flag(help: "Mark each ID with the model that made it.")
    var marked = false
    @Flag(help: "Print the scored digits as well, behind a tab.")
    var scored = false
    @Flag(help: "Print an object a line.")
    var json = false
    @Option(
        name: [.short, .long], help: ArgumentHelp("The file to write. Default: standard output.", valueName: "file"),
        completion: .file())
    var output: Path?
    @OptionGroup var ids: IDsOptions
    @OptionGroup var model: ModelOptions
    @OptionGroup var threads: ThreadOptions
    @Flag(name: [.short, .long], help: "No progress.")
    var quiet = false

    func run() throws {
        let inputs = try InputSource.all(lines.files)
        let (ids, engine) = try ids.open(with: model)
        if scored, ids.scored == nil {
            throw CommandError(.usage, "--scored: expected a model of IDs with attributes, found one without")
        }
        let form = IDTransform.Form(unique: unique, marked: marked, scored: scored, json: json)
        // A counter depends on all lines before.
        let pipeline = LinePipeline(threads: unique ? 1 : threads.count, field: lines.field) {
            IDTransform(try IDSession(engine, ids), ids, form)
        }
        var file = try OutputFile(path: output)
        let isOnTerminal = (output == nil || output == "-") && Descriptor.standardOutput.isTerminal
        let counts = try pipeline.run(inputs, progress: ProgressBar(isQuiet: quiet || isOnTerminal)) {
            bytes throws(CommandError) in try file.write(bytes)
        }
        try file.commit()
        counts.report(command: "ids assign", ofEmpty: "they have no ID")
    }
}

/// A line becomes its ID.
struct IDTransform: ~Copyable, LineTransform {
    /// What is printed of an ID.
    struct Form: Sendable {
        let unique: Bool
        let marked: Bool
        let scored: Bool
        let json: Bool
    }

    private var session: IDSession
    private let form: Form
    private let mark: String
    private let levels: Int
    private let coder: IDCoder
    private var counter = IDCounter()
    private let digits: UnsafeMutableBufferPointer<UInt16>

    init(_ session: consuming IDSession, _ model: IDModel, _ form: Form) {
        self.session = session
        self.form = form
        mark = model.mark
        levels = model.sizes.count
        coder = model.makeCoder()
        digits = .allocate(capacity: levels)
        digits.initialize(repeating: 0)
    }

    deinit { digits.deallocate() }

    mutating func transform(_ line: UnsafeBufferPointer<UInt8>, row: Int, into output: inout ByteBuffer) -> Bool {
        let hasContent = session.digits(of: line.span, into: digits)
        if !form.unique, !form.marked, !form.scored, !form.json {
            if hasContent { appendDigits(to: &output) } else { output.append(UInt8(ascii: "-")) }
            output.append(UInt8(ascii: "\n"))
            return hasContent
        }
        var id: SemanticID?
        if hasContent {
            let plain = SemanticID(digits: digits.map(Int.init))
            id = form.unique ? counter.unique(plain) : plain
        }
        var scored: ScoredDigits?
        if form.scored, hasContent {
            do throws(IDError) { scored = try coder.scored(of: session.vector) } catch {
                // Session and coder have the same model: what one takes the other does.
                preconditionFailure("a vector of the engine's that its IDs refuse: \(error)")
            }
        }
        output.append(form.json ? json(id, scored) : text(id, scored))
        output.append(UInt8(ascii: "\n"))
        return hasContent
    }

    private func appendDigits(to output: inout ByteBuffer) {
        for (level, digit) in digits.enumerated() {
            if level > 0 { output.append(UInt8(ascii: "-")) }
            output.append(decimal: UInt64(digit))
        }
    }

    private func text(_ id: SemanticID?, _ scored: ScoredDigits?) -> String {
        var text = id.map { "\($0)" } ?? "-"
        if form.marked, id != nil { text += "@\(mark)" }
        if form.scored { text += "\t" + (scored.map { "\($0)" } ?? "-") }
        return text
    }

    private func json(_ id: SemanticID?, _ scored: ScoredDigits?) -> String {
        var json = JSONText()
        json.object { json in
            if let id {
                json.value("id", "\(id)")
                json.array("digits") { json in for digit in id.digits { json.value(nil, digit) } }
                if let counter = id.counter { json.value("counter", counter) }
            } else {
                json.null("id")
            }
            if form.scored {
                if let scored {
                    json.array("scored") { json in for digit in scored.digits { json.value(nil, digit) } }
                } else {
                    json.null("scored")
                }
            }
            json.value("model", mark)
        }
        return json.text
    }
}

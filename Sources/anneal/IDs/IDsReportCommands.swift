import Anneal
import AnnealIDs
import AnnealJSON
import AnnealPlatform
import ArgumentParser

struct IDsExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what the digits of an ID, or of a text's ID, mean.",
        discussion: """
            Each prefix is named by the words that its texts of training have more often than those of the prefix above, with \
            the part of them that has any ('purity'). If the model was trained with a word list, as WordNet's, also by the \
            most telling class of the list's words. Where both parts are under 40 % the name is 'mixed'. Deeper digits \
            refine what is above and have no names.

            With --text, scored digits are told too, with what a label was and the score on texts held out from training.

            Examples:
              anneal ids explain 12-5-63
              anneal ids explain --text "turn the light off"
            """)

    @Argument(help: ArgumentHelp("An ID or a prefix of one.", valueName: "id"))
    var id: String?
    @Option(help: ArgumentHelp("A text, whose ID is explained.", valueName: "text"))
    var text: String?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var ids: IDsOptions
    @OptionGroup var model: ModelOptions

    func validate() throws {
        guard (id == nil) != (text == nil) else {
            throw ValidationError("Name an ID, or a text with --text.")
        }
    }

    func run() throws {
        let found: SemanticID?
        var scored: ScoredDigits?
        let model: IDModel
        if let text {
            let (ids, engine) = try ids.open(with: self.model)
            model = ids
            var session = try IDSession(engine, ids)
            found = session.id(of: text)
            scored = session.scored(of: text)
        } else {
            model = try ids.open()
            found = try IDsOptions.parse(id ?? "", model)
        }
        guard let found else {
            throw CommandError(.malformedInput, "the text has no content, and so no ID")
        }
        if json { return try show(report(found, scored, model)) }
        var table = Table(right: [false, true, false])
        for level in 0..<found.digits.count {
            let prefix = found.prefix(level + 1)
            let name =
                level < model.namedLevels ? model.name(of: prefix).map { "\($0)" } ?? "" : "refines what is above"
            table.add(["\(prefix)", model.count(of: prefix).map { "\($0) texts" } ?? "", name])
        }
        var lines = table.lines()
        if let counter = found.counter {
            lines.append("  .\(counter)  number \(counter) of the texts with these digits")
        }
        if let scored, let attributes = model.scored?.attributes {
            var table = Table(right: [false, false, false])
            for (attribute, digit) in zip(attributes, scored.digits) {
                table.add([
                    attribute.name,
                    attribute.classes.isEmpty ? "\(digit) of \(attribute.size)" : attribute.classes[digit],
                    Self.basis(attribute),
                ])
            }
            table.add(["variation", "\(scored.digits.last ?? 0)", "what the others do not say"])
            lines += ["", "  scored \(scored)"] + table.lines()
        }
        try show(lines)
    }

    /// What the digit of an attribute rests on.
    private static func basis(_ attribute: ScoredAttribute) -> String {
        let baseline = Decimal.string(attribute.baseline, places: 2)
        return "predicts \(attribute.label); \(attribute.measure) \(Decimal.string(attribute.score, places: 3)) on "
            + "\(attribute.heldOut) texts held out (\(baseline) by knowing nothing)"
    }

    private func report(_ id: SemanticID, _ scored: ScoredDigits?, _ model: IDModel) -> JSONText {
        var json = JSONText()
        json.object { json in
            json.value("id", "\(id)")
            json.value("model", model.mark)
            json.array("prefixes") { json in
                for level in 0..<id.digits.count { IDsWalkCommand.write(id.prefix(level + 1), model, to: &json) }
            }
            guard let scored, let attributes = model.scored?.attributes else { return }
            json.array("scored") { json in
                for (attribute, digit) in zip(attributes, scored.digits) {
                    json.object { json in
                        json.value("name", attribute.name)
                        json.value("digit", digit)
                        if !attribute.classes.isEmpty { json.value("class", attribute.classes[digit]) }
                        json.value("label", attribute.label)
                        json.value("measure", attribute.measure)
                        json.value("score", attribute.score)
                        json.value("baseline", attribute.baseline)
                        json.value("held_out", attribute.heldOut)
                    }
                }
            }
            json.value("variation", scored.digits.last ?? 0)
        }
        return json
    }
}

struct IDsWalkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "walk",
        abstract: "List what lies under a prefix, the most frequent first.",
        discussion: """
            Without a prefix it lists the first digits. Below the named levels there is nothing to tell of single digits.

            Examples:
              anneal ids walk
              anneal ids walk 12
            """)

    @Argument(help: ArgumentHelp("A prefix.", valueName: "prefix"))
    var prefix: String?
    @Option(help: ArgumentHelp("How many are listed; 0 for all.", valueName: "n"))
    var most = 0
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var ids: IDsOptions

    func validate() throws {
        if most < 0 { throw ValidationError("--most must be at least 0, found \(most).") }
    }

    func run() throws {
        let model = try ids.open()
        let above = try IDsOptions.parse(prefix ?? "", model)
        guard above.digits.count < model.namedLevels else {
            throw CommandError(
                .usage, "expected a prefix of fewer than \(model.namedLevels) digits, found \(above)",
                hint: "Deeper digits refine what is above and have no names.")
        }
        let children = (0..<model.sizes[above.digits.count]).map { SemanticID(digits: above.digits + [$0]) }
        let counted = children.map { (id: $0, count: model.count(of: $0) ?? 0) }
        let listed = counted.sorted { ($0.count, $1.id) > ($1.count, $0.id) }.prefix(most > 0 ? most : .max)
        if json {
            var json = JSONText()
            json.array { json in for child in listed { Self.write(child.id, model, to: &json) } }
            return try show(json)
        }
        var table = Table(right: [false, true, false])
        for child in listed where child.count > 0 {
            table.add(["\(child.id)", "\(child.count)", model.name(of: child.id).map { "\($0)" } ?? ""])
        }
        try show(table.lines())
    }

    /// What is known of a prefix.
    static func write(_ prefix: SemanticID, _ model: IDModel, to json: inout JSONText) {
        json.object { json in
            json.value("id", "\(prefix)")
            if let count = model.count(of: prefix) { json.value("texts", count) }
            guard prefix.digits.count <= model.namedLevels, let name = model.name(of: prefix) else { return }
            json.value("mixed", name.isMixed)
            json.array("words") { json in for word in name.words { json.value(nil, word) } }
            json.value("purity", name.purity)
            if let category = name.category {
                json.value("class", category)
                json.value("class_purity", name.categoryPurity)
            }
        }
    }
}

struct IDsBetweenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "between",
        abstract: "List the IDs on the straight way from one to another.",
        discussion: """
            Each ID stands for a vector. Vectors at equal steps between the two are given IDs; what comes twice is listed once.

            Example:
              anneal ids between 12-5-63 40-1-7 --steps 8
            """)

    @Argument(help: ArgumentHelp("The first ID.", valueName: "from"))
    var from: String
    @Argument(help: ArgumentHelp("The last ID.", valueName: "to"))
    var to: String
    @Option(help: ArgumentHelp("How many vectors between the two.", valueName: "n"))
    var steps = 8
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var ids: IDsOptions

    func validate() throws {
        guard (0...1000).contains(steps) else { throw ValidationError("--steps must be 0...1000, found \(steps).") }
    }

    func run() throws {
        let model = try ids.open()
        let (from, to) = (try IDsOptions.parse(from, model), try IDsOptions.parse(to, model))
        let way: [SemanticID]
        do throws(IDError) { way = try model.between(from, to, steps: steps) } catch {
            throw CommandError(.usage, "\(error)")
        }
        if json {
            var json = JSONText()
            json.array { json in for id in way { json.value(nil, "\(id)") } }
            return try show(json)
        }
        var table = Table(right: [false, false])
        for id in way { table.add(["\(id)", model.name(of: id).map { "\($0)" } ?? ""]) }
        try show(table.lines())
    }
}

struct IDsMapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Draw the first digits as a map, or how often each digit is used.",
        discussion: """
            On the map each first digit is a circle; its area is the number of texts of training, its place that of its code \
            word in the plane of the first two principal components, moved where circles would overlap. Shades tell how pure \
            its name is. --usage draws instead for each level how often each digit is used, the most frequent first.

            Examples:
              anneal ids map --output map.svg
              anneal ids map --usage --output usage.svg
            """)

    @Flag(help: "Draw how often each digit is used.")
    var usage = false
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The SVG file to write. Default: standard output.", valueName: "file"),
        completion: .file())
    var output: Path?
    @OptionGroup var ids: IDsOptions

    func run() throws {
        let model = try ids.open()
        var file = try OutputFile(path: output)
        try file.writeAll(Array((usage ? IDPictures.usage(of: model) : IDPictures.map(of: model)).utf8))
        try file.commit()
    }
}

import AnnealJSON
import AnnealPlatform
import AnnealPreferences
import ArgumentParser

struct PreferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prefer",
        abstract: "Rank words or texts by what a person likes and dislikes.",
        discussion: """
            A preference is the mean of the liked vectors, less a tenth of the mean of the disliked. Each line shows its cosine \
            with the preference, and the liked thing that it is most like, with that cosine. Vectors are taken less the mean of \
            the list, so that a score of 0 is what a word of the list has on average.

            What is liked is a name of the list, letter case aside, or else any text. What is liked or disliked is not offered.

            --diverse makes a sequence of things that differ from each other as well.

            Examples:
              anneal prefer --like ocean --like storm --like lighthouse
              anneal prefer --like ocean --like storm --dislike navy --diverse --count 10
              anneal prefer --like "how to grow tomatoes" --list titles.txt --json
              anneal prefer --likes my.likes
            """)

    @Option(help: ArgumentHelp("A word or text that is liked; may be given again.", valueName: "text"))
    var like: [String] = []
    @Option(help: ArgumentHelp("A word or text that is disliked; may be given again.", valueName: "text"))
    var dislike: [String] = []
    @Option(
        help: ArgumentHelp("Also what 'anneal word-of-the-day' was told, by its file.", valueName: "file"),
        completion: .file())
    var likes: Path?
    @OptionGroup var list: ListOptions
    @Option(name: [.short, .long], help: ArgumentHelp("How many to show.", valueName: "n"))
    var count = 20
    @Flag(help: "Show a sequence that differs in itself.")
    var diverse = false
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if !(1...1_000_000).contains(count) { throw ValidationError("--count must be 1...1000000, found \(count).") }
        if like.isEmpty && likes == nil {
            throw ValidationError("Say what is liked: --like TEXT, or --likes FILE of the word of the day.")
        }
    }

    func run() throws {
        var (liked, disliked) = (like, dislike)
        if let likes {
            let told = try LikesFile(reading: likes).opinions()
            liked += told.filter(\.isLiked).map(\.word)
            disliked += told.filter { !$0.isLiked }.map(\.word)
        }
        let opened = try list.open()
        let preference = try Preference(
            liked: try liked.map(opened.opinion), disliked: try disliked.map(opened.opinion))
        opened.reportUnknown()
        let ranked =
            diverse
            ? preference.diverse(opened.space, count: count) : preference.ranked(opened.space, count: count)
        try FileDescriptor.standardOutput.writeLines(
            json ? [document(ranked, preference, opened)] : lines(ranked, preference, opened))
    }

    private func lines(_ ranked: [Ranked], _ preference: Preference, _ opened: OpenedList) -> [String] {
        if ranked.isEmpty { return ["Nothing is left in the list."] }
        let names = ranked.map { Shown.visible(opened.list.concepts[$0.concept].name) }
        let width = min(40, names.map(\.count).max() ?? 0)
        return zip(ranked, names).map { item, name in
            let reason =
                "like \(Shown.visible(preference.liked[item.nearest].name)) (\(Shown.cosine(item.likeness)))"
            let definition = opened.list.concepts[item.concept].definition.map { "  " + Shown.visible($0) } ?? ""
            let padding = String(repeating: " ", count: max(0, width - name.count))
            return "\(Shown.cosine(item.score))  \(name)\(padding)  \(reason)\(definition)"
        }
    }

    private func document(_ ranked: [Ranked], _ preference: Preference, _ opened: OpenedList) -> String {
        var json = JSONText()
        json.object { json in
            json.array("liked") { json in for opinion in preference.liked { json.value(nil, opinion.name) } }
            json.array("disliked") { json in for opinion in preference.disliked { json.value(nil, opinion.name) } }
            json.array("ranked") { json in
                for item in ranked {
                    json.object { json in
                        Shown.write(opened.list.concepts[item.concept], to: &json)
                        json.value("score", Double(item.score))
                        json.value("nearest_liked", preference.liked[item.nearest].name)
                        json.value("nearest_cosine", Double(item.likeness))
                    }
                }
            }
        }
        return json.text
    }
}

/// How concepts and cosines are shown.
enum Shown {
    /// Two places behind the point, with a sign where it is negative.
    static func cosine(_ value: Float) -> String {
        let hundredths = Int((value * 100).rounded())
        let digits = "\(abs(hundredths) % 100)"
        return (hundredths < 0 ? "-" : "") + "\(abs(hundredths) / 100)." + (digits.count < 2 ? "0" : "") + digits
    }

    /// Text from outside with control characters shown: a terminal must not obey what a list contains.
    static func visible(_ text: String) -> String { Path(text).description }

    static func write(_ concept: Concept, to json: inout JSONText) {
        json.value("name", concept.name)
        if let kind = concept.kind { json.value("kind", kind) }
        if let definition = concept.definition { json.value("definition", definition) }
    }
}

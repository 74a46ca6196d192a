import AnnealJSON
import AnnealPlatform
import AnnealPreferences
import ArgumentParser

struct PreferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prefer",
        abstract: "Rank words or texts by what a person likes and dislikes.",
        discussion: """
            A preference is the mean of the liked vectors, less a tenth of the mean of the disliked. Each line shows its cosine \
            with the preference, and the liked thing that it is most like, with that cosine. Vectors are taken less the mean of \
            the list, so that a score of 0 is what a word of the list has on average.

            What is liked is a name of the list, letter case aside, or else any text. What is liked or disliked is not offered.

            --diverse makes a sequence of things that differ from each other as well.

            With --endpoint nothing is taken from the list: an OpenAI-compatible service (vLLM, llama.cpp, Ollama, …) is asked \
            for answers to --prompt, and they are ranked by the preference, each with its score. A key is taken from the \
            environment variable OPENAI_API_KEY.

            Examples:
              anneal prefer --like ocean --like storm --like lighthouse
              anneal prefer --like ocean --like storm --dislike navy --diverse --count 10
              anneal prefer --like "how to grow tomatoes" --list titles.txt --json
              anneal prefer --likes my.likes
              anneal prefer --like ocean --like storm --endpoint http://localhost:8080/v1 --endpoint-model MODEL \\
                --prompt "Write one line of a poem." --candidates 8
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
    @OptionGroup var endpoint: EndpointOptions
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if !(1...1_000_000).contains(count) { throw ValidationError("--count must be 1...1000000, found \(count).") }
        if like.isEmpty && likes == nil {
            throw ValidationError("Say what is liked: --like TEXT, or --likes FILE of the word of the day.")
        }
        if endpoint.address != nil && (diverse || list.vectors != nil) {
            throw ValidationError("--endpoint goes without --diverse and --vectors.")
        }
    }

    func run() async throws {
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
        let offers: [Offer]
        if let candidates = try await endpoint.candidates() {
            offers = try rank(candidates, preference, opened)
        } else {
            let ranked =
                diverse
                ? preference.diverse(opened.space, count: count) : preference.ranked(opened.space, count: count)
            offers = ranked.map { Offer(concept: opened.list.concepts[$0.concept], ranked: $0) }
        }
        try FileDescriptor.standardOutput.writeLines(
            json ? [document(offers, preference)] : lines(offers, preference))
    }

    /// Something that is offered, and how well it fits.
    private struct Offer {
        let concept: Concept
        /// Nil for an answer without a known word.
        let ranked: Ranked?
    }

    /// The answers of a generator, the best first; those that cannot be judged are last.
    private func rank(_ candidates: [String], _ preference: Preference, _ opened: OpenedList) throws -> [Offer] {
        var offers: [Offer] = []
        for candidate in candidates {
            let vector = try opened.vector(of: candidate)
            var ranked: Ranked?
            do throws(PreferenceError) {
                ranked = try preference.score(candidate, vector: vector, in: opened.space)
            } catch {
                guard case .unknown = error else { throw error }
            }
            offers.append(Offer(concept: Concept(name: candidate), ranked: ranked))
        }
        let order = offers.indices.sorted {
            let (left, right) = (offers[$0].ranked?.score ?? -2, offers[$1].ranked?.score ?? -2)
            return left == right ? $0 < $1 : left > right
        }
        return order.prefix(count).map { offers[$0] }
    }

    private func lines(_ offers: [Offer], _ preference: Preference) -> [String] {
        if offers.isEmpty { return ["Nothing is left."] }
        let names = offers.map { Shown.visible($0.concept.name) }
        let width = min(40, names.map(\.count).max() ?? 0)
        return zip(offers, names).map { offer, name in
            let definition = offer.concept.definition.map { "  " + Shown.visible($0) } ?? ""
            let padding = String(repeating: " ", count: max(0, width - name.count))
            guard let ranked = offer.ranked else { return "   -  \(name)\(padding)  no known word" }
            let nearest = Shown.visible(preference.liked[ranked.nearest].name)
            return
                "\(Shown.cosine(ranked.score))  \(name)\(padding)  like \(nearest) (\(Shown.cosine(ranked.likeness)))"
                + definition
        }
    }

    private func document(_ offers: [Offer], _ preference: Preference) -> String {
        var json = JSONText()
        json.object { json in
            json.array("liked") { json in for opinion in preference.liked { json.value(nil, opinion.name) } }
            json.array("disliked") { json in for opinion in preference.disliked { json.value(nil, opinion.name) } }
            json.array("ranked") { json in
                for offer in offers {
                    json.object { json in
                        Shown.write(offer.concept, to: &json)
                        guard let ranked = offer.ranked else { return json.null("score") }
                        json.value("score", Double(ranked.score))
                        json.value("nearest_liked", preference.liked[ranked.nearest].name)
                        json.value("nearest_cosine", Double(ranked.likeness))
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

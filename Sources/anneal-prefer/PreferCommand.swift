import AnnealIDs
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

            --from-ids ranks by semantic IDs alone: each vector is what its ID stands for, 18 bits. --like-id likes an ID or a \
            prefix, a topic: 'anneal ids walk' lists them. --next ranks by what comes next after the likes, in their order: \
            'anneal sequences' learns that from sequences of texts. Its lines show how many times likelier than by chance a \
            thing's ID is; of one ID, what fits the likes best comes first.

            With --endpoint nothing is taken from the list: an OpenAI-compatible service (vLLM, llama.cpp, Ollama, …) is asked \
            for answers to --prompt, and they are ranked by the preference, each with its score. A key is taken from the \
            environment variable OPENAI_API_KEY.

            Examples:
              anneal prefer --like ocean --like storm --like lighthouse
              anneal prefer --like ocean --like storm --dislike navy --diverse --count 10
              anneal prefer --like "how to grow tomatoes" --list titles.txt --json
              anneal prefer --likes my.likes
              anneal prefer --like-id 12-5 --like ocean --from-ids
              anneal prefer --next stories.sequences --like ocean --like storm
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
    @Option(
        name: .customLong("like-id"),
        help: ArgumentHelp("A semantic ID or a prefix of one that is liked; may be given again.", valueName: "id"))
    var likedIDs: [String] = []
    @Option(
        help: ArgumentHelp(
            "Rank by what comes next after the likes, in their order, by a model of 'anneal sequences'.",
            valueName: "file"),
        completion: .file())
    var next: Path?
    @OptionGroup var endpoint: EndpointOptions
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if !(1...1_000_000).contains(count) { throw ValidationError("--count must be 1...1000000, found \(count).") }
        if like.isEmpty && likedIDs.isEmpty && likes == nil {
            throw ValidationError(
                "Say what is liked: --like TEXT, --like-id ID, or --likes FILE of the word of the day.")
        }
        if likedIDs.contains("") { throw ValidationError("--like-id: expected a digit or more, found none.") }
        if next != nil && (diverse || endpoint.address != nil) {
            throw ValidationError("--next goes without --diverse and --endpoint.")
        }
        if endpoint.address != nil && (diverse || list.vectors != nil) {
            throw ValidationError("--endpoint goes without --diverse and --vectors.")
        }
    }

    func run() async throws {
        var (liked, disliked) = (like, dislike)
        if let likes {
            let told = try LikesFile(reading: likes).opinions()
            // What is said now comes after what was told then.
            liked = told.filter(\.isLiked).map(\.word) + liked
            disliked += told.filter { !$0.isLiked }.map(\.word)
        }
        let opened = try list.open(needsIDs: next != nil || !likedIDs.isEmpty)
        let ids = try likedIDs.map { try opened.parse($0) }
        let preference = try Preference(
            liked: try liked.map { try opened.opinion($0) } + ids.map { try opened.opinion($0) },
            disliked: try disliked.map { try opened.opinion($0) })
        opened.reportUnknown()
        let offers: [Offer]
        if let candidates = try await endpoint.candidates() {
            offers = try rank(candidates, preference, opened)
        } else if let next {
            let before = try liked.map { try opened.id(of: $0) } + ids
            offers = try following(before, next, preference, opened)
        } else {
            let ranked =
                diverse
                ? preference.diverse(opened.space, count: count) : preference.ranked(opened.space, count: count)
            offers = ranked.map { Offer(concept: opened.list.concepts[$0.concept], ranked: $0) }
        }
        try FileDescriptor.standardOutput.writeLines(
            json ? [document(offers, preference)] : lines(offers, preference))
    }

    /// The concepts whose IDs are likeliest after others; of one ID, what fits best.
    private func following(
        _ before: [SemanticID?], _ path: Path, _ preference: Preference, _ opened: OpenedList
    ) throws -> [Offer] {
        guard let ids = opened.identified?.model else { preconditionFailure("a list without IDs") }
        let model = try SequencesCommand.open(path, for: ids)
        let before = try before.compactMap { $0 }.map { id in
            guard id.digits.count == ids.sizes.count else {
                throw PreferToolError(
                    status: 64, "--next: expected IDs of \(ids.sizes.count) digits, found the prefix \(id)")
            }
            return id.digits
        }
        let chance = ids.sizes.reduce(0) { $0 - CMath.log(Double($1)) }
        var gains: [SemanticID: Double] = [:]
        let offers = preference.ranked(opened.space, count: opened.space.count).compactMap { ranked -> Offer? in
            // A vector so short that its digits' numbers are all zero has no ID, and so nothing that comes before it.
            guard let id = opened.ids[ranked.concept] else { return nil }
            let gain = gains[id] ?? model.logarithm(of: id.digits, after: before) - chance
            gains[id] = gain
            return Offer(concept: opened.list.concepts[ranked.concept], ranked: ranked, next: (id, gain))
        }
        let order = offers.indices.sorted {
            let (left, right) = (offers[$0].next?.gain ?? 0, offers[$1].next?.gain ?? 0)
            return left == right ? $0 < $1 : left > right
        }
        return order.prefix(count).map { offers[$0] }
    }

    /// Something that is offered, and how well it fits.
    private struct Offer {
        let concept: Concept
        /// Nil for an answer without a known word.
        let ranked: Ranked?
        /// Where it was ranked by what comes next: its ID, and the logarithm of how many times likelier than by chance it is.
        var next: (id: SemanticID, gain: Double)? = nil
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
            let next = offer.next.map { "\(Shown.times($0.gain))  " } ?? ""
            return
                "\(next)\(Shown.cosine(ranked.score))  \(name)\(padding)  like \(nearest) (\(Shown.cosine(ranked.likeness)))"
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
                        if let next = offer.next {
                            json.value("id", "\(next.id)")
                            json.value("times_chance", CMath.exp(next.gain))
                        }
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

    /// How many times likelier than by chance, in eight places.
    static func times(_ gain: Double) -> String {
        let tenths = Int(min(10 * CMath.exp(gain), 9_999_999).rounded())
        let text = tenths < 1000 ? "\(tenths / 10).\(tenths % 10)x" : "\(tenths / 10)x"
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }

    /// Text from outside with control characters shown: a terminal must not obey what a list contains.
    static func visible(_ text: String) -> String { Path(text).description }

    static func write(_ concept: Concept, to json: inout JSONText) {
        json.value("name", concept.name)
        if let kind = concept.kind { json.value("kind", kind) }
        if let definition = concept.definition { json.value("definition", definition) }
    }
}

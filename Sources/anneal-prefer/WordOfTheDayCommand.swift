import AnnealJSON
import AnnealPlatform
import AnnealPreferences
import ArgumentParser
import Foundation

struct WordOfTheDayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "word-of-the-day",
        abstract: "Pick a word a day, and learn from what is liked and skipped.",
        discussion: """
            A date has one word: it stays the same, but for a word that is skipped, which another takes the place of. No word \
            comes twice within a year, nor one that was liked or skipped. With nothing liked, all words are as likely. With \
            likes, the word is one of the 40 that fit best, but on a fifth of the days, which have one from the whole list.

            'liked' and 'skipped' without a word mean the word of the date. What was told is in a small SQLite file, which \
            'anneal prefer --likes FILE' reads, too. Two programs may use it at once.

            Examples:
              anneal word-of-the-day
              anneal word-of-the-day liked
              anneal word-of-the-day skipped boat
              anneal word-of-the-day --date 2026-12-24 --likes my.likes --json
            """)

    enum Verdict: String, ExpressibleByArgument, CaseIterable {
        case liked, skipped
    }

    @Argument(help: "liked or skipped: what you think of a word; without it, the word of the date is shown.")
    var verdict: Verdict?
    @Argument(help: "The word that was liked or skipped. Default: the word of the date.")
    var word: String?
    @Option(help: ArgumentHelp("The date. Default: today, by this machine's calendar.", valueName: "YYYY-MM-DD"))
    var date: String?
    @Option(
        help: ArgumentHelp(
            "The file with what was liked, skipped and picked. Default: likes.sqlite in the user's folder for Anneal's data.",
            valueName: "file"), completion: .file())
    var likes: Path?
    @Option(help: ArgumentHelp("Another number gives other words for the same days and likes.", valueName: "n"))
    var seed: UInt64 = 1
    @OptionGroup var list: ListOptions
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let day = try date.map { (text) throws(PreferenceError) in try Day(text) } ?? Self.today()
        let file = try LikesFile(likes ?? Self.defaultLikes())
        if let verdict {
            guard let told = try word ?? file.pick(of: day)?.word else {
                throw PreferToolError(status: 64, "expected a word, or a date that has one, found none for \(day)")
            }
            // A word that nothing can be learned from is refused before it is stored.
            let opened = try list.open()
            let opinion = try opened.opinion(told)
            let name = opinion.concept.map { opened.list.concepts[$0].name } ?? told
            try file.tell(name, isLiked: verdict == .liked, on: day)
            guard !json else {
                var json = JSONText()
                json.object { json in
                    json.value(verdict.rawValue, name)
                    json.value("date", "\(day)")
                }
                return try FileDescriptor.standardOutput.writeLines([json.text])
            }
            return try FileDescriptor.standardOutput.writeLines(["\(verdict.rawValue): \(Shown.visible(name))"])
        }
        let opened = try list.open()
        let pick = try file.pick(day) { history in try choose(day, history, opened) }
        try FileDescriptor.standardOutput.writeLines(json ? [document(pick, opened)] : lines(pick, opened))
    }

    private func choose(_ day: Day, _ history: LikesFile.History, _ opened: OpenedList) throws -> LikesFile.Pick {
        func opinions(_ isLiked: Bool) throws -> [Opinion] {
            try history.opinions.filter { $0.isLiked == isLiked }.compactMap { told in
                do { return try opened.opinion(told.word) } catch PreferenceError.unknown(let word) {
                    // What the list and the model of today do not know was told of others.
                    FileDescriptor.standardError.tell(
                        "anneal-prefer: '\(word)' is not in this list, nor known to this model: left out today\n")
                    return nil
                }
            }
        }
        let (liked, disliked) = (try opinions(true), try opinions(false))
        let preference = liked.isEmpty ? nil : try Preference(liked: liked, disliked: disliked)
        let excluded = Set((history.recent + history.opinions.map(\.word)).compactMap(opened.list.index(of:)))
        let pick = try DailyPick.choose(day, seed: seed, preference: preference, opened.space, without: excluded)
        return LikesFile.Pick(
            day: day, word: opened.list.concepts[pick.concept].name,
            reason: pick.fit.map {
                .init(score: Double($0.score), nearest: liked[$0.nearest].name, likeness: Double($0.likeness))
            })
    }

    private func lines(_ pick: LikesFile.Pick, _ opened: OpenedList) -> [String] {
        let definition = opened.list.index(of: pick.word).flatMap { opened.list.concepts[$0].definition }
        let reason =
            pick.reason.map {
                "Why: it fits what you like (\(Shown.cosine(Float($0.score)))), most of all "
                    + "\(Shown.visible($0.nearest)) (\(Shown.cosine(Float($0.likeness))))."
            } ?? "Why: drawn from the whole list, to learn what you like."
        return [Shown.visible(pick.word)] + (definition.map { ["  " + Shown.visible($0)] } ?? []) + [reason]
    }

    private func document(_ pick: LikesFile.Pick, _ opened: OpenedList) -> String {
        var json = JSONText()
        json.object { json in
            json.value("date", "\(pick.day)")
            let concept = opened.list.index(of: pick.word).map { opened.list.concepts[$0] }
            Shown.write(concept ?? Concept(name: pick.word), to: &json)
            json.value("drawn_from", pick.reason == nil ? "all" : "best")
            if let reason = pick.reason {
                json.value("score", reason.score)
                json.value("nearest_liked", reason.nearest)
                json.value("nearest_cosine", reason.likeness)
            }
        }
        return json.text
    }

    private static func today() -> Day {
        let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: Date())
        // A date of the Gregorian calendar has all three.
        return Day(year: parts.year!, month: parts.month!, day: parts.day!)
    }

    /// `likes.sqlite` in a folder that is made if it is not there: below `XDG_DATA_HOME` or `~/.local/share`, on Apple
    /// systems below `~/Library/Application Support`.
    private static func defaultLikes() throws(PreferToolError) -> Path {
        do {
            let data = try FileManager.default.url(
                for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
            let folder = data.appending(path: "anneal")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return Path(folder.appending(path: "likes.sqlite").path)
        } catch {
            throw PreferToolError(
                status: 73,
                "expected a folder for the user's data, found none: \(error.localizedDescription); name a file with --likes"
            )
        }
    }
}

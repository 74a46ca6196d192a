import AnnealPlatform
import AnnealPreferences
import Foundation
import GRDB
import Testing

@testable import anneal_prefer

@Suite final class LikesFileTests {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "anneal-likes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> Path { Path(folder.appending(path: name).path) }

    private func pick(_ word: String, _ day: Day) -> LikesFile.Pick {
        LikesFile.Pick(day: day, word: word, reason: .init(score: 0.5, nearest: "a", likeness: 0.25))
    }

    @Test("opinions: the last one counts, in the order of being told, after reopening")
    func opinions() throws {
        let file = try LikesFile(path("likes"))
        try file.tell("owl", isLiked: true, on: Day(number: 2))
        try file.tell("fox", isLiked: false, on: Day(number: 1))
        try file.tell("ant", isLiked: false, on: Day(number: 3))
        try file.tell("ant", isLiked: true, on: Day(number: 4))
        let expected: [LikesFile.Told] = [
            .init(word: "fox", isLiked: false), .init(word: "owl", isLiked: true), .init(word: "ant", isLiked: true),
        ]
        #expect(try file.opinions() == expected)
        #expect(try LikesFile(reading: path("likes")).opinions() == expected)
    }

    @Test("a day keeps its word unless it was skipped; what was near is told, what is a year away is not")
    func picks() throws {
        let file = try LikesFile(path("likes"))
        let day = Day(number: 20_000)
        #expect(try file.pick(day) { _ in pick("owl", day) }.word == "owl")
        #expect(try file.pick(day) { _ in pick("fox", day) } == pick("owl", day))
        for (distance, isRecent) in [(1, true), (366, true), (-366, true), (367, false), (-367, false)] {
            let other = Day(number: day.number + distance)
            var seen: [String]?
            _ = try file.pick(other) { history in
                seen = history.recent
                return LikesFile.Pick(day: other, word: "word\(distance)", reason: nil)
            }
            #expect(seen?.contains("owl") == isRecent, "\(distance)")
            #expect(try file.pick(of: other)?.reason == nil)
        }
        try file.tell("owl", isLiked: true, on: day)
        #expect(try file.pick(day) { _ in pick("fox", day) }.word == "owl")
        try file.tell("owl", isLiked: false, on: day)
        #expect(try file.pick(day) { _ in pick("fox", day) }.word == "fox")
        #expect(try LikesFile(path("likes")).pick(of: day)?.word == "fox")
    }

    @Test("a choice that fails writes nothing")
    func failing() throws {
        let file = try LikesFile(path("likes"))
        #expect(throws: PreferenceError.nothingLiked) {
            try file.pick(Day(number: 1)) { _ in throw PreferenceError.nothingLiked }
        }
        #expect(try file.pick(of: Day(number: 1)) == nil)
        #expect(try file.pick(Day(number: 1)) { _ in pick("owl", Day(number: 1)) }.word == "owl")
    }

    @Test("a locked file is told as one, whoever locks it and whatever is asked")
    func locked() throws {
        let file = try LikesFile(path("likes"), patience: 0.05)
        let other = try DatabaseQueue(path: folder.appending(path: "likes").path)
        let name = "\(path("likes"))"
        try other.inDatabase { db in
            try db.execute(sql: "BEGIN EXCLUSIVE")
            #expect(throws: LikesFileError.locked(path: name)) { try file.opinions() }
            #expect(throws: LikesFileError.locked(path: name)) {
                try file.tell("owl", isLiked: true, on: Day(number: 1))
            }
            #expect(throws: LikesFileError.locked(path: name)) {
                try file.pick(Day(number: 1)) { _ in pick("owl", Day(number: 1)) }
            }
            #expect(throws: LikesFileError.locked(path: name)) { try LikesFile(path("likes"), patience: 0.05) }
            #expect(throws: LikesFileError.locked(path: name)) {
                try LikesFile(reading: path("likes"), patience: 0.05)
            }
            try db.execute(sql: "COMMIT")
        }
        #expect(try file.opinions().isEmpty)
    }

    @Test("what is no likes file is refused and stays as it is")
    func foreign() throws {
        #expect(throws: LikesFileError.missing(path: "\(path("none"))")) { try LikesFile(reading: path("none")) }
        let text = Data(String(repeating: "not a database, but long enough to be one. ", count: 200).utf8)
        try text.write(to: folder.appending(path: "text"))
        #expect(throws: LikesFileError.notLikes(path: "\(path("text"))", found: "a file that is no SQLite database")) {
            try LikesFile(path("text"))
        }
        #expect(try Data(contentsOf: folder.appending(path: "text")) == text)
        try DatabaseQueue(path: folder.appending(path: "other").path).write { try $0.execute(sql: "CREATE TABLE t(x)") }
        for open in [{ try LikesFile($0) }, { try LikesFile(reading: $0) }] as [(Path) throws -> LikesFile] {
            #expect(throws: LikesFileError.notLikes(path: "\(path("other"))", found: "a database of something else")) {
                try open(path("other"))
            }
        }
        _ = try LikesFile(path("new"))
        try DatabaseQueue(path: folder.appending(path: "new").path).write {
            try $0.execute(sql: "PRAGMA user_version = 2")
        }
        #expect(throws: LikesFileError.newer(path: "\(path("new"))", supported: 1, found: 2)) {
            try LikesFile(path("new"))
        }
        #expect(throws: LikesFileError.self) { try LikesFile(path("no/folder")) }
    }
}

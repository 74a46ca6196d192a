import Anneal
import AnnealEval
import Testing

@testable import AnnealIDs

@Suite struct SemanticIDTests {
    @Test func textOfAnIDIsReadBack() throws {
        for (text, id) in [
            ("12-5-63", SemanticID(digits: [12, 5, 63])), ("12-5-63.2", SemanticID(digits: [12, 5, 63], counter: 2)),
            ("0", SemanticID(digits: [0])), ("", SemanticID(digits: [])),
        ] {
            #expect(try SemanticID(parsing: text) == id)
            #expect("\(id)" == text)
        }
        #expect(try SemanticID(parsing: "1-2@3fa29c1b") == SemanticID(digits: [1, 2]))
        #expect(try SemanticID(parsing: "1-2.7@3fa29c1b") == SemanticID(digits: [1, 2], counter: 7))
    }

    @Test(arguments: [
        "-", "1-", "-1", "1--2", "01", "1-02", "+1", " 1", "1 ", "1.0", "1.", ".1", "1.2.3", "1@", "1@3fa29c1",
        "1@3FA29C1B",
        "1@3fa29c1bb", "1@3fa29c1b@3fa29c1b", "x", "1-x", "1.x", "99999999999", "1-99999999999999999999999", "١",
    ])
    func whatIsNoIDIsRefused(_ text: String) {
        #expect(throws: IDError.text(expected: SemanticID.form, found: text)) { try SemanticID(parsing: text) }
        #expect(SemanticID(text) == nil)
    }

    @Test func prefixesComeBeforeWhatTheyBegin() throws {
        let sorted = try ["", "1", "1-2", "1-2-3", "1-2-3.1", "1-2-3.2", "1-3", "1-10", "2"].map(
            SemanticID.init(parsing:))
        #expect(sorted.reversed().sorted() == sorted)
        #expect(sorted[3].hasPrefix(sorted[2]) && !sorted[6].hasPrefix(sorted[2]))
        #expect(sorted[4].prefix(2) == sorted[2])
    }

    @Test func counterGivesEachTextAnIDOfItsOwn() {
        var counter = IDCounter()
        let (one, other) = (SemanticID(digits: [1, 2]), SemanticID(digits: [1, 3]))
        #expect([one, other, one, one].map { counter.unique($0).description } == ["1-2.1", "1-3.1", "1-2.2", "1-2.3"])
        counter.note(SemanticID(digits: [1, 3], counter: 9))
        counter.note(SemanticID(digits: [1, 3], counter: 4))
        counter.note(SemanticID(digits: [7]))
        #expect(counter.unique(other).counter == 10)
        #expect(counter.unique(SemanticID(digits: [7])).counter == 2)
    }
}

@Suite struct TextLabelTests {
    /// By hand: 6 words, 1 sentence, 6 syllables; 7 words, 3 sentences, 5 + 1 + 1 + 1 + 2 + 1 + 1 syllables.
    @Test func readingGradeIsFleschAndKincaids() throws {
        let easy = 0.39 * 6 + 11.8 * 6 / 6 - 15.59
        #expect(abs(try #require(ReadingGrade.of("The cat sat on the mat.")) - easy) < 1e-9)
        let hard = 0.39 * 7 / 3 + 11.8 * 12 / 7 - 15.59
        #expect(abs(try #require(ReadingGrade.of("Extraordinary minds don't rest! Never... idle here")) - hard) < 1e-9)
        #expect(ReadingGrade.of("12 + 7 = 19!") == nil)
        #expect(ReadingGrade.of("") == nil)
    }

    @Test func distinctWordsAreLowerCaseRunsOfLetters() {
        #expect(distinctWords("The CAT, the cat-flap; ÄB x1yz it's") == ["the", "cat", "flap", "Äb"])
    }

    @Test func listsSayWhatIsWrongWithThem() throws {
        let sources = try TextSource.list("# remark\nbooks\tfiction\told\nnews\tpress\tnew\nrest\tother\n\n")
        #expect(
            sources == [
                TextSource(name: "books", style: "fiction", isOld: true),
                TextSource(name: "news", style: "press", isOld: false),
                TextSource(name: "rest", style: "other"),
            ])
        for bad in ["a", "a\tb\tnever", "\tb", "a\tb,c", "a\tb\told\tx"] {
            #expect(throws: IDError.self) { try TextSource.list("x\ty\n\(bad)") }
        }
        #expect(throws: IDError.self) { try TextSource.list("x\ty\nx\tz") }
        #expect(
            try ListedWord.list("dog\tan animal\tnoun.animal,canine\r\n")
                == [ListedWord(word: "dog", gloss: "an animal", classes: ["noun.animal", "canine"])])
        for bad in ["dog", "dog\tx", "dog\tx\t", "\tx\ty", "a\tb\tc\td"] {
            #expect(throws: IDError.self) { try ListedWord.list(bad) }
        }
    }

    @Test func agreementOfPredictions() {
        #expect(Spearman.ranks([3, 1, 3, 2]) == [3.5, 1, 3.5, 2])
        #expect(Spearman.correlation([1, 2, 3, 4], [10, 20, 30, 40]) == 1)
        #expect(Spearman.correlation([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
        #expect(Spearman.correlation([1, 1, 1], [1, 2, 3]) == 0)
        #expect(AreaUnderCurve.area([0.1, 0.4, 0.35, 0.8], [false, false, true, true]) == 0.75)
        #expect(AreaUnderCurve.area([1, 1], [true, false]) == 0.5)
        #expect(AreaUnderCurve.area([1, 2], [true, true]) == 0.5)
    }
}

@Suite struct ShippedIDsTests {
    /// The model of IDs that ships is for the model that ships, and gives these digits.
    @Test func idsOfTheShippedModel() throws {
        let model = try IDModel()
        var session = try IDSession(Engine(), model)
        #expect(model.sizes == [64, 64, 64])
        #expect(session.id(of: "turn the light off")?.description == "1-58-3")
        #expect(session.id(of: "King Arthur and his knights")?.description == "0-43-38")
        #expect(session.id(of: "") == nil)
    }
}

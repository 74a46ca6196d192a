import AnnealPlatform
import AnnealProgram
import TestSupport
import Testing

@testable import AnnealRewrite

/// Rules print and parse back; what is wrong in a text is named with its place.
@Suite struct RuleTextTests {
    static let vocabulary = TestVocabulary(pieces: [
        "▁turn", "▁off", "▁\"quoted\"\\", "semi;colon", "tab\tline\n", "\u{85}", " ",
    ])

    @Test func printsWhatTheDocumentationShows() throws {
        let rule = Rule(
            atoms: [Atom(.token(0)), Atom(.token(1), distanceMin: 2, distanceMax: 4)], placement: .gather,
            updates: [Update(source: 0), Update(source: 1, opcode: .phrase, operand2: 40123)], confidence: 250)
        let text = RuleText.print(rule, vocabulary: Self.vocabulary)
        #expect(text == #""▁turn" ~2..4 "▁off" => gather $1 $2 phrase row=40123 !250"#)
        #expect(try RuleText.parse(text, vocabulary: Self.vocabulary) == [rule])
    }

    @Test func roundTripsRandomRules() throws {
        for seed in TestScale.cases(300) {
            let random = RandomCase(seed: seed)
            var text = "; a comment\n\n"
            for rule in random.rules { text += RuleText.print(rule, vocabulary: Self.vocabulary) + "  ; why not\r\n" }
            #expect(try RuleText.parse(text, vocabulary: Self.vocabulary) == random.rules)
            // The words say the same as the values.
            let bench = try random.workbench()
            #expect((0..<bench.table.count).map { bench.table.rule(at: $0) } == random.rules)
            let printed = RuleText.print(bench.table, vocabulary: Self.vocabulary)
            #expect(try RuleText.parse(printed, vocabulary: Self.vocabulary) == random.rules)
        }
    }

    @Test(arguments: [
        ("=> $1 !1", 1, 1, "\"=>\""),
        ("\"▁on\" => $1 !1", 1, 1, "\"▁on\""),
        ("\n\n  #1 ~0 #2 => $1 $2 !1", 3, 7, "\"0\""),
        ("#1 ~4..2 #2 => $1 $2 !1", 1, 5, "\"4..2\""),
        ("~2 #1 => $1 !1", 1, 1, "\"~2\""),
        ("#1 #2 #3 #4 #5 => $1 !1", 1, 13, "\"#5\""),
        ("#1 {gain,jump} => $1 !1", 1, 10, "\"jump}\""),
        ("#1 {gain => $1 !1", 1, 10, "\"=>\""),
        ("#1 => $2 !1", 1, 8, "\"2\""),
        ("#1 => $1 gain skip !1", 1, 15, "\"skip\""),
        ("#1 => $1 skip role=4 !1", 1, 15, "\"role=4\""),
        ("#1 => $1 gain=256 !1", 1, 15, "\"256\""),
        ("#1 => $1 row=4294967296 !1", 1, 14, "\"4294967296\""),
        ("#1 => $1", 1, 9, "end of line"),
        ("#1 => $1 !2147483648", 1, 11, "\"2147483648\""),
        ("#1 => $1 !-2147483649", 1, 12, "\"2147483649\""),
        ("#1 => $1 !1 @00ff", 1, 18, "end of line"),
        ("#1 => $1 !1 now", 1, 13, "\"now\""),
        ("#1 => gathered $1 !1", 1, 7, "\"gathered\""),
        ("\"▁turn => $1 !1", 1, 16, "end of line"),
        ("\"\\x\" => $1 !1", 1, 3, "\"x\"\""),
        ("\"\\u{d800}\" => $1 !1", 1, 3, "\"u{d800}\"\""),
        ("#1073741824 => $1 !1", 1, 2, "\"1073741824\""),
        ("%65536 => $1 !1", 1, 2, "\"65536\""),
    ])
    func namesThePlaceOfAFault(text: String, line: Int, column: Int, found: String) {
        #expect {
            _ = try RuleText.parse(text, vocabulary: Self.vocabulary)
        } throws: { error in
            guard let error = error as? TextError else { return false }
            if error.line == line, error.column == column, error.found == found { return true }
            Issue.record("\(text): found \(error)")
            return false
        }
    }

    /// Text with a few scalars changed is read or refused, never a trap.
    @Test func survivesMutatedText() {
        var generator = SplitMix64(seed: 5)
        let alphabet = Array("\"#%*~.{},=>$!@ 019azgainrowle;\\u\n▁".unicodeScalars)
        let base = Array(
            #""▁turn" {gain,phrase} ~2..4 %3 => gather $2 merge gain=3 role=1 $1 push !-250"#.unicodeScalars)
        var refused = 0
        for _ in TestScale.cases(3_000) {
            var scalars = base
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<scalars.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: scalars.remove(at: place)
                case 1: scalars.insert(alphabet.randomElement(using: &generator)!, at: place)
                default: scalars[place] = alphabet.randomElement(using: &generator)!
                }
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            do {
                for rule in try RuleText.parse(String(text), vocabulary: Self.vocabulary) {
                    let printed = RuleText.print(rule, vocabulary: Self.vocabulary)
                    #expect(try RuleText.parse(printed, vocabulary: Self.vocabulary) == [rule])
                }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0)
    }
}

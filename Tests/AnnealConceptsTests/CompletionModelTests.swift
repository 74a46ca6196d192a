import Anneal
import AnnealContainer
import AnnealPlatform
import Foundation
import Testing

@testable import AnnealConcepts

struct CompletionModelTests {
    private static let bytes = Result { try Sentences(seed: 4, words: 12, sentences: 200).bytes() }

    /// The sections of a file, in their order.
    private static func sections() throws -> [(tag: SectionTag, bytes: [UInt8])] {
        let container = try OpenContainer(
            bytes.get().withUnsafeBytes { FileStorage(copying: $0) }, as: .completions)
        return ContainerKind.completions.known.map { ($0, Array(container[$0]!)) }
    }

    /// A file whose checksums are right and one section is another.
    private static func file(_ tag: SectionTag, _ change: (inout [UInt8]) -> Void) throws -> [UInt8] {
        var sections = try sections()
        let place = try #require(sections.firstIndex { $0.tag == tag })
        change(&sections[place].bytes)
        return try ContainerWriter.layOut(sections, as: .completions)
    }

    private func refusal(_ bytes: [UInt8]) -> CompletionError? {
        do throws(CompletionError) {
            _ = try CompletionModel(bytes: bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the same texts give the same bytes for any number of threads`() throws {
        #expect(try Self.bytes.get() == Sentences(seed: 4, words: 12, sentences: 200).bytes(threads: 3))
        let model = try CompletionModel(bytes: Self.bytes.get())
        #expect(model.wordCount == 12)
        #expect(model.settings == .chosen)
        #expect(model.byteCount == (try Self.bytes.get().count))
    }

    @Test func `a cut file is refused wherever it is cut`() throws {
        let bytes = try Self.bytes.get()
        for count in stride(from: 0, to: bytes.count, by: 61) {
            #expect(refusal(Array(bytes[..<count])) != nil, "\(count)")
        }
        #expect(
            refusal(bytes + [0])
                == .container(.trailingBytes(expectedBytes: UInt64(bytes.count), foundBytes: UInt64(bytes.count + 1))))
    }

    @Test func `a changed byte is refused in every section`() throws {
        let bytes = try Self.bytes.get()
        for place in stride(from: 8, to: bytes.count, by: 97) {
            var changed = bytes
            changed[place] ^= 0x10
            #expect(refusal(changed) != nil, "\(place)")
        }
    }

    @Test func `a section of another length is refused`() throws {
        for tag in ContainerKind.completions.known {
            for change: (inout [UInt8]) -> Void in [
                { $0.append(contentsOf: [0, 0, 0, 0]) }, { $0.removeLast(min(4, $0.count)) },
            ] {
                let error = try refusal(Self.file(tag, change))
                #expect(error != nil, "\(tag)")
            }
        }
    }

    @Test func `numbers that lead elsewhere are refused`() throws {
        func expect(_ tag: SectionTag, _ what: String, _ change: (inout [UInt8]) -> Void, line: Int = #line) throws {
            guard case .value(_, let found, _, _) = try refusal(Self.file(tag, change)) else {
                Issue.record("\(tag) \(what) is not refused")
                return
            }
            #expect(found.hasPrefix(what), "\(found)")
        }
        func set(_ bytes: inout [UInt8], _ place: Int, _ value: UInt32) {
            for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte))) }
        }
        try expect(.head, "words") { set(&$0, 32, 3) }
        try expect(.head, "dimension") { set(&$0, 36, 0) }
        try expect(.head, "concepts") { set(&$0, 40, 5000) }
        try expect(.head, "reserved") { set(&$0, 52, 1) }
        try expect(.head, "sharpness") { set(&$0, 56, Float.nan.bitPattern) }
        try expect(.head, "floor") { set(&$0, 64, 0) }
        try expect(.head, "discounts of order 1") { set(&$0, 72, Float(2).bitPattern) }
        try expect(.foldedBytes, "word 1") { $0[0] = UInt8(ascii: "z") }
        try expect(.spelledBytes, "words") { $0[0] = 0xFF }
        try expect(.foldedEnds, "length of word 0") { set(&$0, 0, 0) }
        try expect(.spelledEnds, "length of word 1") { set(&$0, 4, 4000) }
        try expect(.continuations, "sum") { for place in $0.indices { $0[place] = 0 } }
        for tag in [SectionTag.bigramStarts, .trigramStarts, .conceptStarts] {
            try expect(tag, "start of the first row") { set(&$0, 0, 1) }
            try expect(tag, "end of row") { set(&$0, 8, 1 << 30) }
        }
        for tag in [SectionTag.bigramWords, .trigramWords, .conceptWords] {
            try expect(tag, "entry") { $0[1] = 0xFF }
        }
        try expect(.centres, "number 0") { set(&$0, 0, Float.infinity.bitPattern) }
    }

    @Test func `a file of another kind or a newer version says so`() throws {
        var newer = try Self.bytes.get()
        newer[12] = 99
        guard case .container(.newerVersion(_, 99)) = refusal(newer) else {
            Issue.record("\(String(describing: refusal(newer)))")
            return
        }
        let other = ContainerKind(letters: "ANNX", known: [], required: [])
        guard case .container(.notOfKind) = try refusal(ContainerWriter.layOut([], as: other)) else {
            Issue.record("another kind is opened")
            return
        }
        // The concepts of sound are no model of completions.
        let carriers = try Engine.defaultModelPath().replacingOccurrences(of: ".anneal", with: ".carriers")
        guard case .container(.notOfKind) = refusal(Array(try Data(contentsOf: URL(fileURLWithPath: carriers)))) else {
            Issue.record("concepts of sound are opened")
            return
        }
        #expect(throws: CompletionError.container(.notFound(path: "/nothing/here"))) {
            try CompletionModel("/nothing/here")
        }
    }

    @Test func `a model for another engine is refused`() throws {
        let bytes = try Self.file(.head) { $0[0] ^= 1 }
        let (model, engine) = (try CompletionModel(bytes: bytes), try shippedEngine.get())
        guard
            case .otherEngine(let expected, _) = #expect(
                throws: CompletionError.self,
                performing: {
                    try Completer(model, engine: engine)
                })
        else {
            Issue.record("not refused")
            return
        }
        #expect(expected == model.engine)
    }

    @Test func `too little text is refused, and settings out of range`() throws {
        let engine = try shippedEngine.get()
        for lines in [[], [""], ["one two three"], [String](repeating: "12 ... ???", count: 3)] {
            var training = try CompletionTraining(CompletionTrainingSettings())
            for line in lines { training.add(line) }
            let words = lines.reduce(0) {
                $0 + $1.split(separator: " ").count { $0.contains { $0.isLetter || $0.isNumber } }
            }
            do throws(CompletionError) {
                _ = try training.finish(with: engine)
                Issue.record("no error")
            } catch {
                #expect(error == .tooLittleText(expectedWords: 100, foundWords: words))
            }
        }
        var settings = CompletionTrainingSettings()
        settings.vocabulary = 70_000
        #expect(throws: CompletionError.setting("vocabulary", expected: "1 to 65533", found: "70000")) {
            try CompletionTraining(settings)
        }
    }

    @Test func `of a large corpus every text of so many is kept`() throws {
        var settings = CompletionTrainingSettings()
        settings.corpusWords = 1000
        var training = try CompletionTraining(settings)
        for line in Sentences(seed: 6, words: 9, sentences: 1000).lines { training.add(line) }
        #expect(training.step >= 8 && training.step.nonzeroBitCount == 1)
        let model = try CompletionModel(bytes: training.finish(with: shippedEngine.get()))
        #expect((400...1000).contains(model.trainedOn))
    }

    @Test func `words are spelled as they mostly are inside of sentences`() throws {
        var training = try CompletionTraining(CompletionTrainingSettings())
        for _ in 0..<30 { training.add("The cat saw Paris. All the PARIS that we saw in Paris.") }
        let model = try CompletionModel(bytes: training.finish(with: shippedEngine.get()))
        func spelled(_ word: String) -> String {
            String(
                decoding: model.vocabulary.spelled(Int(model.vocabulary.number(of: Array(word.utf8)))), as: UTF8.self)
        }
        #expect(spelled("paris") == "Paris")
        #expect(spelled("the") == "the")
        #expect(model.vocabulary.number(of: Array("absent".utf8)) == Vocabulary.unknown)
        let range = model.vocabulary.words(beginningWith: Array("th".utf8))
        #expect(range.map { String(decoding: model.vocabulary.folded($0), as: UTF8.self) } == ["that", "the"])
        #expect(model.vocabulary.words(beginningWith: []).count == model.wordCount)
        #expect(model.vocabulary.words(beginningWith: Array("zz".utf8)).isEmpty)
    }
}

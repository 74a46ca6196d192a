import AnnealConcepts
import Testing

struct LineCutterTests {
    private struct Cut: Equatable {
        var sentences: [[String]]
        var endsSentence: Bool
        var endsInWord: Bool
    }

    private func cut(_ bytes: [UInt8]) -> Cut {
        var cutter = LineCutter()
        var sentences: [[String]] = []
        bytes.withUnsafeBufferPointer { line in
            cutter.cut(line)
            for word in cutter.words {
                if word.isFirst { sentences.append([]) }
                var folded: [UInt8] = []
                LineCutter.fold(UnsafeBufferPointer(rebasing: line[word.range]), into: &folded)
                sentences[sentences.count - 1].append(String(decoding: folded, as: UTF8.self))
            }
        }
        return Cut(sentences: sentences, endsSentence: cutter.endsSentence, endsInWord: cutter.endsInWord)
    }

    private func cut(_ text: String) -> Cut { cut(Array(text.utf8)) }

    @Test func `words and sentences`() {
        #expect(
            cut("The Light is off. (Turn it on!) Now?")
                == Cut(
                    sentences: [["the", "light", "is", "off"], ["turn", "it", "on"], ["now"]], endsSentence: true,
                    endsInWord: false))
        #expect(
            cut("version 3.5 costs 2,000 of well-known")
                == Cut(
                    sentences: [["version", "3", "5", "costs", "2", "000", "of", "well", "known"]], endsSentence: false,
                    endsInWord: true))
    }

    @Test func `an apostrophe between letters belongs to the word`() {
        #expect(cut("don't DON\u{2019}T 'quoted' dogs' ").sentences == [["don't", "don't", "quoted", "dogs"]])
        #expect(cut("don'").endsInWord == false)
    }

    @Test func `letters of all scripts are letters`() {
        #expect(
            cut("Ärger über ÉCOLE и мир 東京 n̈ ½ ①").sentences == [["ärger", "über", "école", "и", "мир", "東京", "n̈"]])
    }

    @Test func `where a line ends`() {
        #expect(cut("") == Cut(sentences: [], endsSentence: true, endsInWord: false))
        #expect(cut(" \t…—") == Cut(sentences: [], endsSentence: true, endsInWord: false))
        #expect(cut("off") == Cut(sentences: [["off"]], endsSentence: false, endsInWord: true))
        #expect(cut("off ") == Cut(sentences: [["off"]], endsSentence: false, endsInWord: false))
        #expect(cut("off, ").endsSentence == false)
        #expect(cut("off.").endsSentence)
        #expect(cut("off.\u{201D} so") == Cut(sentences: [["off"], ["so"]], endsSentence: false, endsInWord: true))
        #expect(cut("v1.2").sentences == [["v1", "2"]])
    }

    @Test func `bytes that are not UTF-8 lie between words`() {
        #expect(cut([0x61, 0xFF, 0x62, 0xC3]).sentences == [["a", "b"]])
        #expect(cut([0xE2, 0x80]).sentences == [])
        #expect(cut([0x61, 0, 0x62]).sentences == [["a", "b"]])
    }
}

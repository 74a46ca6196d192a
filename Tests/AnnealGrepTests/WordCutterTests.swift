import AnnealPlatform
import Testing

@testable import AnnealGrep

@Suite struct WordCutterTests {
    /// The parts as text, and the hashes of parts.
    private func cut(_ text: String) -> (text: String, parts: [UInt32], wholes: [UInt32]) {
        var embedded: [UInt8] = []
        var (parts, wholes): ([UInt32], [UInt32]) = ([], [])
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            WordCutter.forEach(bytes, into: &embedded) { hash, isWhole in
                if isWhole { wholes.append(hash) } else { parts.append(hash) }
            }
        }
        return (String(decoding: embedded, as: UTF8.self), parts, wholes)
    }

    @Test func identifiersAreParted() {
        #expect(
            cut("getUserName(HTTPServer, utf8_to_latin1, $x)").text == "get user name http server utf8 to latin1 x ")
        #expect(cut("getUserName").parts == cut("get_user_name").parts)
        #expect(cut("getUserName").wholes == cut("get_user_name").wholes)
        #expect(cut("getUserName").wholes.count == 1)
        #expect(cut("user").wholes.isEmpty)
        #expect(cut("__init__").text == "init ")
        #expect(cut("").text == "" && cut("{};").parts.isEmpty)
        #expect(cut("größe ÜBERALL").text == "größe Überall ")
    }

    @Test func wordsOfOneMeaningHaveOneStem() {
        for family in [
            ["parse", "parses", "parsed", "parsing", "parser"], ["query", "queries"], ["file", "files"],
            ["run", "running", "runs"], ["create", "creation", "creates"], ["cache", "caches", "cached"],
        ] {
            #expect(Set(family.flatMap { cut($0).parts }).count == 1, "\(family)")
        }
        #expect(cut("class").parts != cut("clas").parts)
        #expect(cut("status").parts != cut("statu").parts)
    }

    /// The table of counts against a dictionary, over passages one after the other.
    @Test func countsAreThoseOfADictionary() {
        var random = SplitMix64(seed: 3)
        var counts = WordCounts()
        for _ in 0..<20 {
            counts.begin()
            var expected: [UInt32: Int] = [:]
            for _ in 0..<2000 {
                // Many meet in one slot.
                let word = UInt32.random(in: 0..<300, using: &random) &* 8192
                counts.add(word)
                expected[word, default: 0] += 1
            }
            var found: [UInt32: Int] = [:]
            counts.forEach { hash, count, _ in found[hash] = count }
            #expect(found == expected)
        }
        let filter = WordFilter([1, 77, 9_000_000])
        #expect((0..<10_000).filter { filter.contains(UInt32($0)) } == [1, 77])
        #expect(filter.contains(9_000_000))
    }
}

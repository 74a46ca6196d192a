import AnnealFormats
import AnnealPlatform
import Foundation
import Testing

@Suite struct JSONFieldReaderTests {
    private func read(_ line: [UInt8], field: String = "t") throws(JSONError) -> [UInt8] {
        var text = ByteBuffer()
        let result: Result<Void, JSONError> = line.withUnsafeBufferPointer { bytes in
            Result { () throws(JSONError) in try JSONFieldReader(field: field).read(bytes, into: &text) }
        }
        try result.get()
        return Array(text.bytes)
    }

    private func text(_ line: String) throws -> String { String(decoding: try read(Array(line.utf8)), as: UTF8.self) }

    @Test("escapes, pairs, duplicates and what stands around")
    func texts() throws {
        #expect(try text("{\"t\":\"\"}") == "")
        #expect(try text(" { \"a\" : [ 1 , -2.5e+3 , true , null , \"\\\"\" ] , \"t\" : \"x\" } ") == "x")
        #expect(try text("{\"t\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}") == "\"\\/\u{8}\u{C}\n\r\t\u{E9}")
        #expect(try text("{\"t\":\"\\ud83d\\ude00\"}") == "\u{1F600}")
        #expect(try text("{\"t\":\"\\ud83dx\\ude00\\ud83d\\ud83d\\ude00\"}") == "\u{FFFD}x\u{FFFD}\u{FFFD}\u{1F600}")
        #expect(try text("{\"t\":\"a\",\"t\":\"b\"}") == "b")
        #expect(try text("{\"\\u0074\":\"key\"}") == "key")
        #expect(try read([0x7B, 0x22, 0x74, 0x22, 0x3A, 0x22, 0xFF, 0x22, 0x7D]) == [0xFF])
    }

    @Test("places of errors")
    func errors() {
        let cases: [(String, Int)] = [
            ("", 1), ("x", 1), ("{", 2), ("{\"t\"}", 5), ("{\"t\":}", 6), ("{\"t\":null}", 6), ("{\"t\":\"\u{1}\"}", 7),
            ("{\"t\":\"a\",}", 10), ("{\"t\":\"a\"}}", 10), ("{\"a\":01}", 7), ("{\"a\":1.}", 8), ("{\"a\":-}", 7),
            ("{\"a\":1e}", 8), ("{\"a\":tru}", 6), ("{\"a\":[1,]}", 9), ("{\"t\":\"\\u12g4\"}", 11), ("{'t':1}", 2),
            ("{\"a\":" + String(repeating: "[", count: 400), 262),
        ]
        for (line, column) in cases {
            do {
                _ = try read(Array(line.utf8))
                Issue.record("no error: \(line)")
            } catch {
                #expect(error.column == column, "\(line): \(error)")
            }
        }
    }

    /// Foundation is the slow reference.
    @Test("mutated lines: the same answer as Foundation, never a crash")
    func mutations() {
        var random = SplitMix64(seed: 3)
        let seed = Array("{\"a\":[1,2.5,{\"b\":null}],\"t\":\"x\\u00e9\\n\",\"c\":false}".utf8)
        let alphabet = Array("{}[]\",:\\u0123456789abcdeftruns.-+ E\t\u{1}".utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            var line = seed
            for _ in 0..<random.below(3) {
                let place = random.below(line.count)
                switch random.below(3) {
                case 0: line[place] = alphabet[random.below(alphabet.count)]
                case 1: line.remove(at: place)
                default: line.insert(alphabet[random.below(alphabet.count)], at: place)
                }
            }
            let mine = try? read(line)
            let object = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
            // Foundation is laxer: it takes some things that RFC 8259 forbids. What is accepted here it must accept too.
            guard let mine else { continue }
            accepted += 1
            guard let object else {
                Issue.record("accepted alone: \(String(decoding: line, as: UTF8.self))")
                continue
            }
            #expect(object["t"] as? String == String(decoding: mine, as: UTF8.self))
        }
        #expect(accepted > 5000)
    }
}

import AnnealFormats
import AnnealPlatform
import Testing

@Suite struct TextFileTests {
    private static let text = "k8s = kubernetes\né € 😀\r\n"

    private static func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
        ("\u{FEFF}" + text).utf16.flatMap { unit in
            isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
    }

    @Test func encodingsGiveTheSameText() throws {
        let utf8 = Array(Self.text.utf8)
        for bytes in [
            utf8, [0xEF, 0xBB, 0xBF] + utf8, Self.utf16(Self.text, isBigEndian: false),
            Self.utf16(Self.text, isBigEndian: true),
        ] {
            #expect(try TextFile.decode(bytes, path: "a") == utf8)
        }
        #expect(try TextFile.decode([], path: "a") == [])
        #expect(try TextFile.decode([0xFF, 0xFE], path: "a") == [])
        // Half a unit, and half of a pair.
        #expect(try TextFile.decode([0xFF, 0xFE, 0x61, 0x00, 0x62], path: "a") == Array("a\u{FFFD}".utf8))
        #expect(try TextFile.decode([0xFE, 0xFF, 0xD8, 0x3D, 0x00, 0x61], path: "a") == Array("\u{FFFD}a".utf8))
    }

    @Test func bytesThatAreNoUTF8AreKept() throws {
        let bytes: [UInt8] = [0x63, 0x61, 0x66, 0xE9, 0x0A, 0x00]
        #expect(try TextFile.decode(bytes, path: "a") == bytes)
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 8, 0], "gzip data", "Unpack it first: zcat FILE > TEXT"),
            (Array("PAR1".utf8) + [0x15, 0], "a Parquet file", "Write its column of texts as lines first."),
            (Array("%PDF-1.7".utf8), "a PDF document", "Take its text first: pdftotext FILE - > TEXT"),
            (Array("PK".utf8) + [3, 4], "a zip archive", "Unpack it first: unzip -p FILE NAME > TEXT"),
            (Array("a\0\n\0b\nc\0c\n\0\n".utf8), "NUL bytes in 4 of the first lines", "iconv -f utf-16le"),
        ] as [([UInt8], String, String)])
    func whatIsNoTextIsRefused(_ bytes: [UInt8], _ name: String, _ hint: String) throws {
        let error = #expect(throws: FormatError.self) { try TextFile.decode(bytes, path: "rules.txt") }
        #expect(error?.path == "rules.txt" && error?.expected == "text" && error?.found == name)
        #expect(error?.hint?.contains(hint) == true)
    }

    /// Whatever comes, cut wherever: the decoder never writes beyond its room, and gives what Swift's own gives.
    @Test(arguments: 0..<40)
    func randomUTF16InPieces(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let units = (0..<random.below(60)).map { _ -> UInt16 in
            let kinds: [UInt16] = [0x41, 0xE9, 0x20AC, 0xD83D, 0xDE00, 0xDBFF, 0xDC00, 0xFFFF, 0x0A]
            return kinds[random.below(kinds.count)]
        }
        let bytes = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        var decoder = UTF16Decoder(isBigEndian: false)
        var found: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + random.below(9))
            rest = rest.dropFirst(piece.count)
            let room = UTF16Decoder.capacity(for: piece.count)
            found += [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                count = decoder.decode(piece, into: buffer.baseAddress!)
            }
        }
        found += [UInt8](unsafeUninitializedCapacity: 9) { $1 = decoder.finish(into: $0.baseAddress!) }
        #expect(found == Array(String(decoding: units, as: UTF16.self).utf8), "seed \(seed)")
    }
}

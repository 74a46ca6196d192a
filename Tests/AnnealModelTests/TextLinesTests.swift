import AnnealContainer
import AnnealPlatform
import TestSupport
import Testing

@testable import AnnealModel

@Suite struct TextLinesTests {
    /// Pieces of right and wrong sequences in random order, against the standard library.
    @Test func validatesAsTheStandardLibraryDoes() {
        let pieces: [[UInt8]] = [
            Array("light ".utf8), Array("…".utf8), Array("ü".utf8), Array("😀".utf8), [0x41], [0x80], [0xC0, 0x80],
            [0xC1, 0xBF], [0xC2], [0xDF, 0xBF], [0xE0, 0x9F, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80],
            [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x80],
        ]
        var chance = SplitMix64(seed: 3)
        var (right, wrong) = (0, 0)
        for _ in TestScale.cases(4000) {
            let count = Int.random(in: 0...6, using: &chance)
            let last = Int.random(in: 3..<pieces.count, using: &chance)
            let bytes = (0..<count).flatMap { _ in pieces[Int.random(in: 0...last, using: &chance)] }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            if expected { right += 1 } else { wrong += 1 }
            #expect(bytes.withUnsafeBytes { TextLines.isUTF8($0) } == expected, "\(bytes)")
        }
        // Both answers came.
        #expect(right > 100 && wrong > 100)
    }

    /// Lines are counted and found as the careful reading has them, whatever their lengths and their number.
    @Test func findsEachLine() throws {
        var chance = SplitMix64(seed: 5)
        for count in [0, 1, 2, 63, 64, 65, 127, 128, 129, 640, 1_000] {
            for longest in [0, 1, 7, 40] {
                let lines = (0..<count).map { _ in
                    String(repeating: "ü", count: Int.random(in: 0...longest / 2, using: &chance))
                        + String(repeating: "x", count: Int.random(in: 0...longest, using: &chance))
                }
                let bytes = try TextLines.encode(lines, as: .constantNames)
                try bytes.withUnsafeBytes { bytes in
                    let starts = try TextLines.starts(bytes, of: .constantNames)
                    #expect(starts.count == count)
                    let found = (0..<count).map { String(decoding: starts.line($0, of: bytes), as: UTF8.self) }
                    #expect(found == lines, "\(count) lines of at most \(longest)")
                }
            }
        }
    }
}

import AnnealFormats
import AnnealPlatform
import Testing

@testable import anneal_cli

@Suite struct LineReaderTests {
    /// The slow, obvious way.
    private func reference(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for byte in bytes {
            if byte == 0x0A {
                if line.last == 0x0D { line.removeLast() }
                lines.append(line)
                line = []
            } else {
                line.append(byte)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    private func read(_ paths: [String]) throws -> (lines: [[UInt8]], places: [String]) {
        var reader = LineReader(try InputSource.all(paths.map { Path($0) }))
        let batch = LineBatch()
        var lines: [[UInt8]] = []
        var places: [String] = []
        while try reader.fill(batch) {
            #expect(batch.firstRow == lines.count)
            for index in batch.ends.indices {
                lines.append(Array(batch.line(index)))
                places.append("\(batch.inputIndex):\(batch.firstLine + index)")
            }
        }
        return (lines, places)
    }

    @Test("the same lines as byte by byte, across blocks and files")
    func lines() throws {
        let folder = try TestFolder()
        var random = SplitMix64(seed: 21)
        for round in 0..<12 {
            var files: [[UInt8]] = []
            for _ in 0..<1 + random.below(3) {
                // Sizes around the block of 64 KB; few kinds of bytes, so that ends meet in all ways.
                let size = round < 8 ? random.below(40) : 65_536 * random.below(3) + random.below(4) - 1
                let sparse = round % 3 == 0 ? 3 : 4000
                files.append(
                    (0..<max(size, 0)).map { _ in
                        switch random.below(sparse) {
                        case 0: 0x0A
                        case 1: 0x0D
                        default: UInt8(truncatingIfNeeded: random.next()) | 0x40
                        }
                    })
            }
            let paths = try files.enumerated().map { try folder.write($1, to: "f\($0)") }
            let expected = files.map { reference($0) }
            let found = try read(paths)
            #expect(found.lines == expected.flatMap { $0 })
            let places = expected.enumerated().flatMap { file, lines in lines.indices.map { "\(file):\($0 + 1)" } }
            #expect(found.places == places)
        }
    }

    @Test("bytes are UTF-8 exactly where the standard library says so")
    func validity() {
        let odd: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
            0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        func check(_ bytes: [UInt8]) {
            let expected = String(validating: bytes, as: UTF8.self) != nil
            #expect(bytes.withUnsafeBufferPointer { LineCounts.isUTF8($0) } == expected, "\(bytes)")
            var counts = LineCounts()
            bytes.withUnsafeBufferPointer { counts.add($0, hasContent: true) }
            let (broken, zeros) = (expected ? 0 : 1, bytes.contains(0) ? 1 : 0)
            #expect(counts == LineCounts(lines: 1, notUTF8: broken, withNUL: zeros, empty: 0), "\(bytes)")
        }
        // One byte that stands out, at each place of lines of each length.
        for length in 1...40 {
            for place in 0..<length {
                for byte: UInt8 in [0x00, 0x01, 0x80, 0xFF] {
                    var line = [UInt8](repeating: 0x01, count: length)
                    line[place] = byte
                    check(line)
                }
            }
        }
        check([])
        for a in odd {
            for b in odd {
                for c in odd {
                    check([a, b, c])
                    check(Array("eight by".utf8) + [0xF0, 0x90, 0x80, 0x80, a, b, c])
                }
            }
        }
        for a: UInt8 in [0xF0, 0xF1, 0xF4, 0xF5] { for b in odd { for c in odd { check([a, b, c, 0x80]) } } }
    }
}

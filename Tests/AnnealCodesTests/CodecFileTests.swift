import AnnealContainer
import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealCodes

@Suite struct CodecFileTests {
    /// A codec's file with one section made over, all checksums right.
    private func file(_ tag: SectionTag, _ change: (inout [UInt8]) -> Void) throws -> [UInt8] {
        let sections = try SampleVectors.codec().sections.map { section in
            var section = section
            if section.tag == tag { change(&section.bytes) }
            return section
        }
        return CodecFile.layOut(sections, as: .codec)
    }

    @Test func whatIsWrittenIsRead() throws {
        let codec = try SampleVectors.codec(.pair)
        let bytes = CodecFile.bytes(of: codec)
        let file = try CodecFile(bytes: bytes)
        #expect(file.codec as? TrellisCodec == codec)
        #expect(file.byteCount == bytes.count)
        #expect(CodecFile.bytes(of: try #require(file.codec as? TrellisCodec)) == bytes)
    }

    @Test func everyBitAndEveryCut() throws {
        let bytes = CodecFile.bytes(of: try SampleVectors.codec(.pair))
        for bit in stride(from: 0, to: 8 * bytes.count, by: 101) {
            var other = bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            // The bits of the content hash are checked by whoever asks; all others here.
            if (40..<72).contains(bit / 8) { continue }
            #expect(throws: CodecError.self, "bit \(bit)") { try CodecFile(bytes: other) }
        }
        for count in stride(from: 0, to: bytes.count, by: 97) {
            #expect(throws: CodecError.self, "cut at \(count)") { try CodecFile(bytes: Array(bytes[..<count])) }
        }
    }

    @Test func sectionsSayWhatIsWrongWithThem() throws {
        func expect(_ tag: SectionTag, _ what: String, _ change: @escaping (inout [UInt8]) -> Void) throws {
            let bytes = try file(tag, change)
            do throws(CodecError) {
                _ = try CodecFile(bytes: bytes)
                Issue.record("\(what) was accepted")
            } catch {
                #expect(error.description.contains("section \(tag)"), "\(error)")
                #expect(error.description.contains(what), "\(error)")
            }
        }
        try expect(.head, "codec") { $0[0] = 99 }
        try expect(.head, "expected 32 bytes") { $0.removeLast(4) }
        try expect(.head, "dimension") { $0[4] = 0 }
        try expect(.head, "components") { $0[8] = 17 }
        try expect(.head, "exponent") { $0[12] = 61 }
        try expect(.head, "layers") { $0[16] = 0 }
        try expect(.head, "profile") { $0[20] = 3 }
        try expect(.head, "reserved") { $0[28] = 1 }
        for tag in [SectionTag.mean, .axes, .weights, .variances] {
            try expect(tag, "bytes") { $0.append(0) }
        }
        try expect(.weights, "entry 0") { $0.replaceSubrange(0..<4, with: [0, 0, 0, 0]) }
        try expect(.variances, "entry 0") { $0.replaceSubrange(0..<4, with: [0, 0, 0xC0, 0x7F]) }
        try expect(.words, "entry 0") { $0.replaceSubrange(0..<2, with: [0xFF, 0x7F]) }
        try expect(.words, "bytes") { $0 += [0, 0] }
        try expect(.words, "bytes") { $0.removeLast(2) }
        try expect(.steps, "bytes") { $0[0] = 0 }
        try expect(.steps, "bits of a layer") { $0[0] = 3 }
        try expect(.steps, "bits, entry 2") { $0[8] = 5 }
        try expect(.steps, "components of a step") { $0[12] = 0 }
        try expect(.steps, "component, entry 4") { $0[16] = 16 }
        try expect(.steps, "bytes") { $0.removeLast(4) }
        try expect(.steps, "bytes") { $0 += [0, 0, 0, 0] }
    }

    @Test func filesOfCodes() throws {
        let codec = try SampleVectors.codec()
        let file = try CodecFile(bytes: CodecFile.bytes(of: codec))
        let codes = try codec.encode(SampleVectors.make(rows: 9, seed: 4), length: 5, threads: 1)
        let bytes = CodeFile.bytes(codes: codes, length: 5, dimension: 16, codec: file.identity)
        let opened = try CodeFile(bytes: bytes)
        #expect(opened.count == 9 && opened.length == 5 && opened.dimension == 16)
        #expect(Array(opened.bytes) == codes)
        try opened.check(madeBy: file)
        let other = try CodecFile(bytes: CodecFile.bytes(of: try SampleVectors.codec(.pair)))
        #expect(throws: CodecError.otherCodec(expected: file.identity, found: other.identity)) {
            try opened.check(madeBy: other)
        }
        let wrong = try CodeFile(bytes: CodeFile.bytes(codes: codes, length: 9, dimension: 16, codec: file.identity))
        #expect(throws: CodecError.codeLength(expected: [2, 5], found: 9)) { try wrong.check(madeBy: file) }
        for bit in 0..<8 * bytes.count where !(40..<72).contains(bit / 8) {
            var bytes = bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CodecError.self, "bit \(bit)") { try CodeFile(bytes: bytes) }
        }
        for count in 0..<bytes.count {
            #expect(throws: CodecError.self, "cut at \(count)") { try CodeFile(bytes: Array(bytes[..<count])) }
        }
        #expect(throws: CodecError.self) { try CodeFile(bytes: CodecFile.bytes(of: codec)) }
        let empty = try CodeFile(bytes: CodeFile.bytes(codes: [], length: 5, dimension: 16, codec: file.identity))
        #expect(empty.count == 0)
    }
}

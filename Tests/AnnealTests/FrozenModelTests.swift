import AnnealContainer
import Anneal
import AnnealModel
import Foundation
import Testing

/// Model files of released format versions, with the vectors that they gave then. A model's vectors never change: if a
/// test here fails, the program is wrong and not the file. Once they did, for the three texts with unknown pieces, when
/// these came to add nothing.
@Suite struct FrozenModelTests {
    private struct Golden {
        let mode: Mode
        let text: [UInt8]
        /// The bits of the vector's numbers.
        let bits: [UInt32]
    }

    private static func file(_ name: String) throws -> URL {
        try #require(Bundle.module.url(forResource: "Frozen", withExtension: nil)).appending(path: name)
    }

    private static func bytes(_ hex: Substring) throws -> [UInt8] {
        let digits = Array(hex.utf8)
        return try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16))
        }
    }

    private static func golden(_ name: String) throws -> [Golden] {
        try String(contentsOf: file(name), encoding: .utf8).split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            let row = try bytes(fields[2])
            return Golden(
                mode: try #require(Mode(rawValue: String(fields[0]))), text: try bytes(fields[1]),
                bits: stride(from: 0, to: row.count, by: 4).map { at in
                    (0..<4).reduce(0) { $0 | UInt32(row[at + $1]) << (8 * $1) }
                })
        }
    }

    @Test("vectors are those of the release, bit for bit", arguments: [1])
    func vectors(format: Int) throws {
        let engine = try Engine(path: Self.file("format-\(format).anneal").path)
        let golden = try Self.golden("format-\(format).tsv")
        for one in golden {
            #expect(try Samples.vector(engine, one.text, mode: one.mode) == one.bits, "\(one.mode) \(one.text)")
        }
        // What is compared tells the modes apart, or the comparison would prove little.
        let distinct = Set(golden.map { $0.bits + [UInt32($0.text.count)] })
        #expect(golden.count == 42 && distinct.count >= 28)
    }

    @Test("what the file says is read back", arguments: [1])
    func content(format: Int) throws {
        let model = try Model(path: Self.file("format-\(format).anneal").path)
        try model.verify()
        #expect(
            model.contentHash.description == "379bf226fbab418a936128dfd26927adbb08059655cb22cfaf88100f2d165835")
        #expect(model.metadata["note"] == "übung ; macht = den Meister" && model.metadata["empty"] == "")
        #expect(model.shape.ruleCount == 9 && model.shape.dimension == 32)
        #expect(model.constantName(ofRow: 111) == "say \"city\"")
        #expect(model.bytes(of: try #require(SectionTag("zz99"))) == Array("kept".utf8))
    }
}

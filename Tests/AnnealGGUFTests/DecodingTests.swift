import AnnealGGUF
import AnnealPlatform
import Testing

/// Blocks of every type as `gguf` has dequantised them (Fixtures/fixtures.py).
@Suite struct DecodingTests {
    private static let types = GGUFTensorType.allCases.filter(\.isReadable)

    private func floats(_ name: String, _ count: Int) throws -> [Float] {
        let file = try GGUFFile(Workspace.fixture("types.gguf"))
        let tensor = try #require(file.tensor(name + ".floats"))
        let bytes = try Files.content(of: file.path)[tensor.offset..<tensor.offset + tensor.byteCount]
        #expect(tensor.type == .f32 && tensor.byteCount == 4 * count)
        return (0..<count).map { index in
            let start = bytes.startIndex + 4 * index
            return Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
        }
    }

    @Test func allTypesOfTheIssueAreRead() {
        #expect(
            Self.types.map(\.name) == [
                "F32", "F16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
                "BF16", "MXFP4",
            ])
    }

    @Test(arguments: types)
    func rowsAreThoseOfThePythonPackage(_ type: GGUFTensorType) throws {
        let file = try GGUFFile(Workspace.fixture("types.gguf"))
        let tensor = try #require(file.tensor(type.name))
        #expect(tensor.type == type && tensor.shape == [256, 8])
        #expect(tensor.byteCount == 8 * tensor.rowByteCount)
        let expected = try floats(type.name, 8 * 256)
        // The fixture has something to tell NaN, infinity and ordinary numbers apart by.
        #expect(expected.contains { $0.isFinite && $0 != 0 })
        if type != .mxfp4 { #expect(expected.contains { $0.isNaN } && expected.contains { $0.isInfinite }) }
        #expect(isSame(try file.floats(tensor), expected))
        for row in [7, 0, 3] {
            #expect(isSame(try file.row(row, tensor), Array(expected[256 * row..<256 * row + 256])))
        }
        for rows in [0..<0, 2..<3, 5..<8, 8..<8] {
            #expect(
                isSame(
                    try file.floats(tensor, rows: rows), Array(expected[256 * rows.lowerBound..<256 * rows.upperBound]))
            )
        }
    }

    @Test func everyHalfIsItsValue() throws {
        let workspace = try Workspace()
        var draft = Draft()
        draft.tensors = [(Array("halves".utf8), [65_536], 1, 0)]
        draft.data = (0..<65_536).flatMap { little(UInt16($0)) }
        let file = try GGUFFile(workspace.write(draft.bytes))
        let floats = try file.row(0, file.tensors[0])
        for bits in 0..<65_536 where !isSame(floats[bits], ReferenceBlocks.half(UInt16(bits))) {
            Issue.record("\(bits): \(floats[bits])")
        }
    }

    @Test(arguments: types)
    func randomBlocksAreWhatTheDefinitionSays(_ type: GGUFTensorType) throws {
        let workspace = try Workspace()
        var random = SplitMix64(seed: 23)
        let (count, size) = type.block
        let blocks = max(40, 2048 / count)
        var draft = Draft()
        draft.tensors = [(Array("random".utf8), [UInt64(count * blocks)], type.rawValue, 0)]
        draft.data = (0..<blocks * size).map { _ in UInt8.random(in: 0...255, using: &random) }
        let file = try GGUFFile(workspace.write(draft.bytes))
        let floats = try file.row(0, file.tensors[0])
        for block in 0..<blocks {
            let bytes = Array(draft.data[block * size..<block * size + size])
            for index in 0..<count {
                let expected = try #require(ReferenceBlocks.number(index, of: bytes, type))
                let found = floats[block * count + index]
                if !isSame(found, expected) { Issue.record("block \(block), \(index): \(found) for \(expected)") }
            }
        }
    }

    @Test func rowsWiderThanABufferComeInPieces() throws {
        let workspace = try Workspace()
        var draft = Draft()
        // Q8_0 with a scale of 1 in blocks whose numbers count on: the place of each number can be told from it.
        let blocks = 2000
        draft.tensors = [(Array("wide".utf8), [UInt64(32 * blocks), 2], 8, 0)]
        for block in 0..<2 * blocks {
            draft.data += [0, 0x3C] + (0..<32).map { UInt8(truncatingIfNeeded: block &* 7 &+ $0) }
        }
        let file = try GGUFFile(workspace.write(draft.bytes))
        let expected = (0..<64 * blocks).map { Float(Int8(truncatingIfNeeded: $0 / 32 &* 7 &+ $0 % 32)) }
        #expect(try file.floats(file.tensors[0]) == expected)
        #expect(try file.row(1, file.tensors[0]) == Array(expected[(32 * blocks)...]))
    }

    @Test func otherTypesAreRefusedByName() throws {
        let file = try GGUFFile(Workspace.fixture("types.gguf"))
        let tensor = try #require(file.tensor("IQ4_XS"))
        let error = #expect(throws: GGUFError.self) { _ = try file.pieces(of: tensor, rows: 0..<1) }
        #expect(error?.kind == .unsupported && error?.found == "IQ4_XS")
        #expect(error?.expected.contains("Q4_K, Q5_K") == true)
    }
}

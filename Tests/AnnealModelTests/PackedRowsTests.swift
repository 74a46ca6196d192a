import AnnealContainer
import AnnealMachine
import AnnealPlatform
import Testing

@testable import AnnealModel

@Suite struct PackedRowsTests {
    /// Constants that can be packed before constants that cannot: the same bytes are read back, wherever the border is.
    @Test(arguments: [0, 1, 2, 3])
    func rowsComeBack(packed: Int) throws {
        var chance = SplitMix64(seed: UInt64(packed))
        var parts = try TinyModel.parts()
        let dimension = TinyModel.dimension
        let border = (parts.tokenCount + packed) * dimension
        for index in parts.rows.indices {
            let byte = Int8(truncatingIfNeeded: chance.next())
            let isPacked = index >= parts.tokenCount * dimension && index < border
            // In the last row one byte is enough to keep it whole.
            let isLast = index == border + dimension - 1
            parts.rows[index] = isPacked || (index >= border && !isLast) ? byte & -16 : byte | 1
        }
        let model = try Model(bytes: ModelWriter.encode(parts))
        #expect(model.constants.packedCount == packed)
        #expect(model.parts == parts)
        #expect((model.view(of: .packedRows)?.count ?? 0) == packed * dimension / 2)
        for row in 0..<parts.scales.count {
            #expect(model.constants.bytes(of: row) == Array(parts.rows[row * dimension..<(row + 1) * dimension]))
        }
    }

    /// A patch's constants have whole bytes and stand behind the packed ones, which stay packed.
    @Test func patchedModelKeepsItsConstants() throws {
        let model = try Model(bytes: ModelWriter.encode(TinyModel.parts()))
        #expect(model.constants.packedCount == 3)
        let patched = try RulePatch.apply("the = of\n", to: model)
        #expect(patched.shape.rowCount > model.shape.rowCount && patched.constants.packedCount == 3)
        for row in 0..<model.shape.rowCount {
            #expect(patched.constants.bytes(of: row) == model.constants.bytes(of: row))
        }
    }
}

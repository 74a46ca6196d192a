import AnnealPlatform
import CAnnealKernels
import Testing

/// Accumulators in 16 bits, against the definition in 64.
@Suite struct ShortenTests {
    @Test("random sizes, and the ends of 32 bits")
    func definition() {
        var random = SplitMix64(seed: 17)
        for round in 0..<2_000 {
            let bits = Int32(round % 33)
            var values = (0..<32 * Int.random(in: 1...8, using: &random)).map { _ in
                bits == 0 ? 0 : Int32.random(in: .min ... .max, using: &random) >> (32 - bits)
            }
            if round % 5 == 0 { values[0] = [Int32.min, .max, 32_767, -32_768, 32_768][round / 5 % 5] }
            let magnitude = values.map(\.magnitude).max()!
            var shift = 0
            while magnitude >> UInt32(shift) > 32_767 { shift += 1 }
            let expected = values.map { Int64($0) >> Int64(shift) }
            var found = [Int16](repeating: 0, count: values.count)
            let result = anneal_shorten(values, values.count, &found)
            #expect(result.shift == Int32(shift) && found.map(Int64.init) == expected)
            #expect(result.squares == expected.reduce(0) { $0 + $1 * $1 })
        }
    }
}

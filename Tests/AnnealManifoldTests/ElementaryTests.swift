import AnnealPlatform
import Testing

@testable import AnnealManifold

@Suite struct ElementaryTests {
    @Test("exponentials are those of the C library, to their rounding, and 0 far below")
    func exponential() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<20_000 {
            let x = Double(Float(-90 + 100 * random.unitDouble()))
            let exact = CMath.exp(x)
            #expect(abs(Elementary.exp(x) - exact) <= 4e-16 * exact)
            let single = Elementary.exp(SIMD8<Float>(repeating: Float(x)))[3]
            #expect(abs(Double(single) - (x < -87 ? 0 : exact)) <= 2.5e-7 * exact)
        }
        #expect(Elementary.exp(SIMD8<Float>(repeating: -.infinity))[0] == 0)
        #expect(Elementary.exp(SIMD8<Float>(repeating: 0))[7] == 1)
        #expect(Elementary.exp(-1000.0) == 0 && Elementary.exp(0.0) == 1)
    }

    @Test("logarithms are those of the C library, to their rounding")
    func logarithm() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<20_000 {
            let x = CMath.exp(-300 + 600 * random.unitDouble())
            #expect(abs(Elementary.log(x) - CMath.log(x)) <= 1e-15 * max(1, abs(CMath.log(x))))
        }
        #expect(Elementary.log(1) == 0)
        for _ in 0..<20_000 {
            let x = Float(CMath.exp(-80 + 160 * random.unitDouble()))
            let exact = CMath.log(Double(x))
            #expect(abs(Double(Elementary.log(SIMD8<Float>(repeating: x))[5]) - exact) <= 2e-7 * max(1, abs(exact)))
        }
        #expect(Elementary.log(SIMD8<Float>(repeating: 1))[0] == 0)
    }

    @Test("a skipped word is a drawn word")
    func skipping() {
        var (drawn, skipped) = (SplitMix64(seed: 5, stream: 3), SplitMix64(seed: 5, stream: 3))
        for _ in 0..<SplitMix64.wordsOfNormal { _ = drawn.next() }
        _ = skipped.normal()
        #expect(drawn.next() == skipped.next())
        for _ in 0..<1000 { _ = drawn.next() }
        skipped.skip(1000)
        #expect(drawn.next() == skipped.next())
    }
}

import AnnealFormats
import Testing

@Suite struct HalfPrecisionTests {
    @Test func everyPatternComesBack() {
        for bits in 0...UInt16.max {
            let value = HalfPrecision.value(bits)
            if bits & 0x7C00 == 0x7C00, bits & 0x3FF != 0 {
                #expect(value.isNaN && HalfPrecision.value(HalfPrecision.bits(value)).isNaN)
            } else {
                #expect(HalfPrecision.bits(value) == bits)
            }
        }
    }

    /// Values between two patterns go to the nearer one, from half way to the even one.
    @Test func rounds() {
        #expect(HalfPrecision.bits(1 + 0x1p-11) == 0x3C00)
        #expect(HalfPrecision.bits(1 + 0x1.8p-10) == 0x3C02)
        #expect(HalfPrecision.bits(1 + 0x1.01p-11) == 0x3C01)
        #expect(HalfPrecision.bits(65_519) == 0x7BFF)
        #expect(HalfPrecision.bits(65_520) == 0x7C00)
        #expect(HalfPrecision.bits(1e9) == 0x7C00)
        #expect(HalfPrecision.bits(-0x1p-25) == 0x8000)
        #expect(HalfPrecision.bits(0x1.8p-25) == 0x0001)
        #expect(HalfPrecision.bits(0x1.ffffp-15) == 0x0400)
    }
}

import AnnealPlatform
import NIOCore
import Testing

@testable import AnnealHTTP

@Suite("Decimals of floats")
struct FloatTextTests {
    private func decimals(_ values: [Float]) -> [Substring] {
        var json = JSONBuffer()
        json.floats(values)
        let text = String(buffer: json.bytes)
        #expect(text.first == "[" && text.last == "]")
        return text.dropFirst().dropLast().split(separator: ",")
    }

    private func expectSame(_ values: [Float]) {
        let read = decimals(values).map { Float($0) }
        #expect(read.count == values.count)
        for (value, back) in zip(values, read) where back?.bitPattern != value.bitPattern {
            Issue.record("\(value) was read back as \(String(describing: back))")
        }
    }

    @Test("Powers of two, their neighbours and extremes read back as the same bits")
    func edges() {
        var values: [Float] = [
            0, 1, -1, 2, 1e30, -1e-30, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .leastNormalMagnitude,
        ]
        for exponent in -24...2 {
            let power = Float(sign: .plus, exponent: exponent, significand: 1)
            values += [power, power.nextUp, power.nextDown, -power, power * 1.5]
        }
        for exponent in -10...2 {
            let ten = Float("1e\(exponent)")!
            values += [ten, ten.nextUp, ten.nextDown]
        }
        expectSame(values)
    }

    @Test("Random floats of every size read back as the same bits", arguments: 0..<4)
    func random(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        // As a vector's numbers are, and then of all bits.
        expectSame((0..<50_000).map { _ in Float.random(in: -1...1, using: &generator) })
        expectSame(
            (0..<50_000).map { _ in Float(bitPattern: UInt32.random(in: 0...(.max), using: &generator)) }
                .filter { $0.isFinite })
    }

    @Test("No values make an empty array, and what is not finite is null")
    func special() {
        #expect(decimals([]) == [])
        #expect(decimals([.nan, .infinity]) == ["null", "null"])
        #expect(decimals([0.5, -0.25]) == ["0.50000000", "-0.25000000"])
    }

    @Test("Base64 has the bytes little-endian")
    func base64() {
        var json = JSONBuffer()
        json.base64([1, -2.5])
        #expect(String(buffer: json.bytes) == "\"AACAPwAAIMA=\"")
    }
}

import AnnealCodes
import AnnealPlatform
import Foundation
import Testing

/// Floats to bytes, against the formulas written out: what models, indexes and stores of teachers hold must not change.
@Suite struct SignedBytesTests {
    private static func row(_ random: inout SplitMix64, _ count: Int) -> [Float] {
        let magnitude = Float(pow(10, Double(random.below(9)) - 5))
        return (0..<count).map { _ in
            switch random.below(8) {
            case 0: 0
            case 1: magnitude
            case 2: -magnitude / 2
            default: random.normal() * magnitude
            }
        }
    }

    private static func bytes(_ count: Int, _ body: (UnsafeMutablePointer<Int8>) -> Void) -> [Int8] {
        [Int8](unsafeUninitializedCapacity: count) { buffer, filled in
            body(buffer.baseAddress!)
            filled = count
        }
    }

    @Test(arguments: 0..<20)
    func rowsOfModels(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let row = Self.row(&random, 256)
        let peak = row.map(abs).max()!
        let quantizer = RowQuantizer(top: peak * Float(1 + random.below(3)))
        let step = Double(max(peak, 1e-30)) / 127
        if quantizer.exponent < 62 {
            #expect(RowQuantizer(top: peak).exponent == max(0, min(62, Int(log2(12_000 / step).rounded(.down)))))
        }
        let unit = pow(2, Double(quantizer.exponent))
        var scale: Int16 = 0
        let plain = Self.bytes(256) { scale = quantizer.quantize(row, count: 256, into: $0) }
        let expected = max(1, min(12_000, (Double(peak) / 127 * unit).rounded(.up)))
        #expect(scale == Int16(expected))
        #expect(
            plain == row.map { Int8(max(-127, min(127, (Double($0) * unit / expected).rounded(.toNearestOrEven)))) })

        let packed = Self.bytes(256) { scale = quantizer.quantizePacked(row, count: 256, into: $0) }
        let size = 16 * Float(scale) / Float(unit)
        #expect(packed == row.map { 16 * Int8(max(-7, min(7, ($0 / size).rounded(.toNearestOrEven)))) })
    }

    @Test(arguments: 0..<20)
    func vectorsOfIndexes(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let row = Self.row(&random, 256)
        let peak = row.map(abs).max()!
        let vector = QuantizedVector(row)
        #expect(vector.scale == 1 / (127 / Double(peak)))
        #expect(vector.values == row.map { Int8((Double($0) * (127 / Double(peak))).rounded()) })
        #expect(QuantizedVector([0, -0.0]).values == [0, 0] && QuantizedVector([0, 0]).scale == 0)
        #expect(QuantizedVector([Float]()).values.isEmpty)
    }

    @Test(arguments: 0..<20)
    func recordsOfTeachers(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let row = Self.row(&random, 384)
        let scale = row.map(abs).max()! / 127
        let bytes = Self.bytes(384) { place in
            row.withUnsafeBufferPointer {
                SignedBytes.encode($0, scale: scale, rule: .toNearestOrAwayFromZero, into: place)
            }
        }
        #expect(bytes == row.map { Int8(max(-127, min(127, ($0 / scale).rounded()))) })
        let numbers = [Float](unsafeUninitializedCapacity: 384) { buffer, filled in
            bytes.withUnsafeBufferPointer { SignedBytes.decode($0, step: scale, into: buffer.baseAddress!) }
            filled = 384
        }
        for (number, byte) in zip(numbers, bytes) { #expect(number == scale * Float(byte)) }
    }

    @Test func edges() {
        let numbers: [Float] = [0.5, 1.5, -0.5, -1.5, 1000, -1000, 0]
        func encoded(_ scale: Double, _ rule: FloatingPointRoundingRule = .toNearestOrEven, limit: Int8 = 127) -> [Int8]
        {
            Self.bytes(numbers.count) { place in
                numbers.withUnsafeBufferPointer {
                    SignedBytes.encode($0, scale: scale, limit: limit, rule: rule, into: place)
                }
            }
        }
        #expect(encoded(1) == [0, 2, 0, -2, 127, -127, 0])
        #expect(encoded(1, .toNearestOrAwayFromZero) == [1, 2, -1, -2, 127, -127, 0])
        #expect(encoded(1, limit: 7) == [0, 2, 0, -2, 7, -7, 0])
        #expect(encoded(0) == [0, 0, 0, 0, 0, 0, 0])
        #expect(encoded(.leastNonzeroMagnitude) == [127, 127, -127, -127, 127, -127, 0])
        #expect([Float]().withUnsafeBufferPointer { SignedBytes.peak($0) } == 0)
    }
}

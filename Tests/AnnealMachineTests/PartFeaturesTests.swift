import AnnealPlatform
import Foundation
import Testing

@testable import AnnealMachine

@Suite struct PartFeaturesTests {
    @Test("the numbers are those of the vectors")
    func vectors() throws {
        var random = SplitMix64(seed: 31)
        func number() -> Double { Double(Int64(bitPattern: random.next()) >> 40) / 1000 }
        for _ in 0..<200 {
            let part = (0..<8).map { _ in number() }
            let rest = part.map { $0 * Double(random.next() % 3) + number() }
            let whole = zip(part, rest).map { $0 + $1 }
            func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
            let found = try #require(
                PartFeatures(part: dot(part, part), along: dot(part, whole), whole: dot(whole, whole)))
            let cosine = dot(part, rest) / (dot(part, part) * dot(rest, rest)).squareRoot()
            #expect(abs(found.agreement - cosine * cosine) < 1e-6)
            #expect(abs(found.share - dot(part, whole) / dot(whole, whole)) < 1e-9)
            let below = log2(dot(part, part) / dot(whole, whole)) - found.length
            #expect(below > -1e-9 && below < 0.0861)
        }
    }

    @Test("a part that is the whole agrees with nothing, and zeros have no numbers")
    func edges() {
        let whole = PartFeatures(part: 9, along: 9, whole: 9)
        #expect(whole?.agreement == 0 && whole?.share == 1 && whole?.length == 0)
        #expect(PartFeatures(part: 0, along: 0, whole: 4) == nil)
        #expect(PartFeatures(part: 4, along: 0, whole: 0) == nil)
        // Two parts that say the same.
        #expect(PartFeatures(part: 1, along: 2, whole: 4)?.agreement == 1)
    }
}

import AnnealPlatform
import CAnnealKernels
import TestSupport
import Testing

/// The boundaries of words: the loop over blocks against the one over bytes.
@Suite struct WordScanTests {
    /// The bits of `set` are the rules.
    @Test(arguments: 0..<16)
    func equalsTheReference(set: Int32) {
        let rules = anneal_scan_rules(
            cuts_at_classes: set & 1, folds_case: set >> 1 & 1, ends_words: set >> 2 & 1, is_behind_mark: set >> 3 & 1)
        let common = Array("aZ. e-3\u{1}~Q".utf8)
        for seed in TestScale.cases(200) {
            var generator = SplitMix64(seed: seed)
            let count = seed % 10 == 0 ? Int.random(in: 0...4096, using: &generator) : Int(seed % 200)
            let text = (0..<count).map { _ in
                Int.random(in: 0..<12, using: &generator) == 0
                    ? UInt8.random(in: 0...255, using: &generator) : common.randomElement(using: &generator)!
            }
            let found = Self.scan(anneal_scan, text, rules)
            let expected = Self.scan(anneal_scan_reference, text, rules)
            #expect(found.copy == expected.copy && found.boundaries == expected.boundaries, "seed \(seed)")
        }
    }

    private typealias Scan = (
        UnsafePointer<UInt8>?, Int, anneal_scan_rules, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt32>?
    ) -> Int

    private static func scan(
        _ scan: Scan, _ text: [UInt8], _ rules: anneal_scan_rules
    ) -> (copy: [UInt8], boundaries: [UInt32]) {
        var copy = [UInt8](repeating: 0, count: text.count + 64)
        var boundaries = [UInt32](repeating: 0, count: text.count + 8)
        let count = scan(text, text.count, rules, &copy, &boundaries)
        return (Array(copy[..<text.count]), Array(boundaries[..<count]))
    }
}

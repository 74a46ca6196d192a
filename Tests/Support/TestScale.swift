import AnnealPlatform

/// How many times the usual number of random cases run: the environment variable `ANNEAL_TEST_SCALE`, 1 where it is
/// unset. A hundred takes hours.
package enum TestScale {
    package static let factor: Int = {
        guard let text = Environment.value(of: "ANNEAL_TEST_SCALE"), !text.isEmpty else { return 1 }
        guard let factor = Int(text), factor > 0 else {
            fatalError("ANNEAL_TEST_SCALE: expected a number above 0, found \(text)")
        }
        return factor
    }()

    /// The seeds of the cases.
    /// - Parameter count: how many usually run.
    package static func cases(_ count: Int) -> Range<UInt64> { 0..<UInt64(count * factor) }
}

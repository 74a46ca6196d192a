#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many times the usual number of cases run: the environment variable `ANNEAL_TEST_SCALE`, 1 where it is unset.
enum TestScale {
    static let factor: Int = max(1, getenv("ANNEAL_TEST_SCALE").flatMap { Int(String(cString: $0)) } ?? 1)

    static func cases(_ count: Int) -> Range<UInt64> { 0..<UInt64(count * factor) }
}

import Foundation

/// How many random cases to run: `ANNEAL_TEST_SCALE=full` runs all of them.
enum TestScale {
    static func cases(quick: Int, full: Int) -> Int {
        ProcessInfo.processInfo.environment["ANNEAL_TEST_SCALE"] == "full" ? full : quick
    }
}

import AnnealTokens
import Foundation
import Testing

/// Checks that need large files or time. Each runs only when its environment variables are set.
@Suite struct ParityTests {
    static let environment = ProcessInfo.processInfo.environment

    static func load(_ path: String) throws -> Tokenizer {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try data.withUnsafeBytes { try Tokenizer(model: $0) }
    }

    /// Calls `body` with each line of a text, without its line feed.
    static func forEachLine(_ text: UnsafeBufferPointer<UInt8>, _ body: (Int, UnsafeBufferPointer<UInt8>) -> Void) {
        var start = 0
        var number = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: 0x0A) ?? text.count
            body(number, UnsafeBufferPointer(rebasing: text[start..<end]))
            number += 1
            start = end + 1
        }
    }

    /// Compares the ids of a file of lines with those of the reference, one line of ids for each line.
    @Test(.enabled(if: environment["ANNEAL_PARITY_MODEL"] != nil))
    func idsEqualTheReference() throws {
        let environment = Self.environment
        let tokenizer = try Self.load(try #require(environment["ANNEAL_PARITY_MODEL"]))
        let texts = try Data(contentsOf: URL(fileURLWithPath: try #require(environment["ANNEAL_PARITY_TEXTS"])))
        let ids = try String(contentsOfFile: try #require(environment["ANNEAL_PARITY_IDS"]), encoding: .utf8)
        let expected = ids.split(separator: "\n", omittingEmptySubsequences: false)
        var encoder = TokenEncoder(tokenizer)
        var lines = 0
        var tokens = 0
        var different = 0
        texts.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            Self.forEachLine(bytes.bindMemory(to: UInt8.self)) { number, line in
                let found = encoder.encode(line)
                lines += 1
                tokens += found.count
                let joined = found.map(String.init).joined(separator: " ")
                if number >= expected.count || joined != expected[number] {
                    different += 1
                    if different <= 5 {
                        let wanted = number < expected.count ? expected[number].prefix(400) : "nothing"
                        print("line \(number): \(String(decoding: line.prefix(200), as: UTF8.self))")
                        print("expected \(wanted)\nfound    \(joined.prefix(400))")
                    }
                }
            }
        }
        print("parity: \(lines) lines, \(tokens) tokens, \(different) lines differ")
        #expect(different == 0)
    }

    @Test(.enabled(if: environment["ANNEAL_BENCH"] == "1"))
    func throughput() throws {
        let environment = Self.environment
        let path = try #require(environment["ANNEAL_PARITY_MODEL"])
        let clock = ContinuousClock()
        var tokenizer = try Self.load(path)
        let loadTime = try clock.measure { tokenizer = try Self.load(path) }
        print("load: \(loadTime)")
        let texts = try Data(contentsOf: URL(fileURLWithPath: try #require(environment["ANNEAL_PARITY_TEXTS"])))
        var encoder = TokenEncoder(tokenizer)
        let ids = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: 256)
        defer { ids.deallocate() }
        texts.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            let text = bytes.bindMemory(to: UInt8.self)
            var lines: [UnsafeBufferPointer<UInt8>] = []
            Self.forEachLine(text) { lines.append($1) }
            for _ in 0..<3 {
                var sum: UInt64 = 0
                var tokens = 0
                let time = clock.measure {
                    for line in lines {
                        encoder.begin(line)
                        while case let count = encoder.next(into: ids, starts: nil, ends: nil), count > 0 {
                            tokens += count
                            sum = sum &* 31 &+ UInt64(ids[count - 1])
                        }
                    }
                }
                let seconds = Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds)
                print("\(Double(text.count) / seconds / 1e6) MB/s, \(lines.count) lines, \(tokens) tokens, hash \(sum)")
            }
        }
    }
}

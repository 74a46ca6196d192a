import AnnealContainer
import AnnealPlatform
import Foundation
import Testing

@testable import AnnealPreferences

@Suite struct DigitModelTests {
    private static let sizes = [5, 4, 3]
    private static let hash = "ids".utf8.withContiguousStorageIfAvailable {
        ContentHash(of: UnsafeRawBufferPointer($0))
    }!

    /// Sequences in which the first digit is mostly that of the ID before plus one.
    private func sequences(_ count: Int, seed: UInt64) -> [[[Int]]] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            var first = random.below(5)
            return (0..<1 + random.below(6)).map { _ in
                first = random.below(4) > 0 ? (first + 1) % 5 : random.below(5)
                return [first, (first + random.below(2)) % 4, random.below(3)]
            }
        }
    }

    private func model(_ sequences: [[[Int]]]) throws -> DigitModel {
        var trainer = try DigitModelTrainer(sizes: Self.sizes, ids: Self.hash)
        for sequence in sequences { trainer.add(sequence) }
        return trainer.finish()
    }

    /// The same by dictionaries of strings, as the definition has it.
    private struct Reference {
        private var counts: [String: [Int: Int]] = [:]

        static func contexts(_ own: [Int], _ before: [[Int]], _ order: Int) -> [String] {
            let (last, earlier) = (order > 1 ? before.last : nil, order > 2 ? before.dropLast().last : nil)
            var contexts: [String] = []
            let name = "\(own.count)|"
            if own.isEmpty, let last, let earlier {
                contexts += [
                    "\(name)two-one \(last[0]) \(last[1]) \(earlier[0])", "\(name)one-one \(last[0]) \(earlier[0])",
                ]
            }
            if own.count <= 1, let last { contexts.append("\(name)two \(own) \(last[0]) \(last[1])") }
            if own.count <= 2, let last { contexts.append("\(name)one \(own) \(last[0])") }
            for count in (0...own.count).reversed() { contexts.append("\(name)own \(own.prefix(count))") }
            return contexts
        }

        init(_ sequences: [[[Int]]]) {
            for sequence in sequences {
                for (place, id) in sequence.enumerated() {
                    for level in 0..<3 {
                        for context in Self.contexts(Array(id[..<level]), Array(sequence[..<place]), 3) {
                            counts[context, default: [:]][id[level], default: 0] += 1
                        }
                    }
                }
            }
        }

        func probability(_ digit: Int, _ own: [Int], _ before: [[Int]], _ order: Int) -> Double {
            func mixed(_ contexts: ArraySlice<String>) -> Double {
                guard let context = contexts.first else { return 1 / Double(DigitModelTests.sizes[own.count]) }
                let seen = counts[context] ?? [:]
                let (total, kinds) = (Double(seen.values.reduce(0, +)), Double(seen.count))
                if total == 0 { return mixed(contexts.dropFirst()) }
                return (Double(seen[digit] ?? 0) + kinds * mixed(contexts.dropFirst())) / (total + kinds)
            }
            return mixed(Self.contexts(own, before, order)[...])
        }
    }

    @Test("probabilities are those of the definition, and add up to one", arguments: 1...3)
    func reference(order: Int) throws {
        let training = sequences(60, seed: 1)
        let (model, slow) = (try model(training), Reference(training))
        for sequence in sequences(20, seed: 2) {
            for (place, id) in sequence.enumerated() {
                let before = Array(sequence[..<place])
                var logarithm = 0.0
                for level in 0..<3 {
                    let own = Array(id[..<level])
                    let found = model.probabilities(after: own, before: before, order: order)
                    #expect(abs(found.reduce(0, +) - 1) < 1e-12)
                    for digit in found.indices {
                        let expected = slow.probability(digit, own, before, order)
                        #expect(expected > 0 && abs(found[digit] - expected) < 1e-12)
                    }
                    logarithm += Foundation.log(found[id[level]])
                }
                #expect(abs(model.logarithm(of: id, after: before, order: order) - logarithm) < 1e-9)
            }
        }
    }

    @Test("what came before helps where it tells something; chance is known")
    func perplexity() throws {
        let model = try model(sequences(3000, seed: 3))
        let held = sequences(500, seed: 4)
        let perplexities = (1...3).map { model.perplexity(of: held, order: $0) }
        #expect(perplexities[1] < perplexities[0] * 0.75 && perplexities[2] < perplexities[1] * 1.05)
        var empty = try DigitModelTrainer(sizes: [5, 4, 3], ids: Self.hash)
        empty.add([])
        #expect(abs(empty.finish().perplexity(of: held, order: 3) - 60) < 1e-9)
    }

    @Test("the file gives the same model back")
    func roundTrip() throws {
        let model = try model(sequences(50, seed: 5))
        let opened = try DigitModel(bytes: model.bytes)
        #expect(opened.bytes == model.bytes && opened.sizes == Self.sizes && opened.ids == Self.hash)
        #expect(opened.sequences == 50 && opened.concepts == model.concepts && opened.concepts > 50)
        #expect(
            opened.probabilities(after: [2], before: [[1, 0, 2]])
                == model.probabilities(after: [2], before: [[1, 0, 2]]))
    }

    @Test("a file that is cut or has a bit wrong is refused")
    func damaged() throws {
        let bytes = try model(sequences(8, seed: 6)).bytes
        for length in bytes.indices {
            #expect(throws: DigitModelError.self) { try DigitModel(bytes: Array(bytes[..<length])) }
        }
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(throws: DigitModelError.self) { try DigitModel(bytes: damaged) }
        }
    }

    @Test("numbers that lead nowhere are refused, although the checksums are right")
    func wrongNumbers() throws {
        let good = try model([[[1, 2, 1], [4, 3, 2]]])
        func refused(_ tag: String, _ keys: [UInt64], _ counts: [UInt32], sizes: [Int] = Self.sizes) {
            let bytes = DigitModel(
                sizes: sizes, ids: Self.hash, sequences: 1, concepts: 2, keys: keys, counts: counts
            ).bytes
            do throws(DigitModelError) {
                _ = try DigitModel(bytes: bytes)
                Issue.record("\(tag) was not refused")
            } catch {
                switch error {
                case .value(let found, _, _, _), .sectionLength(let found, _, _): #expect("\(found)" == tag)
                case .container, .sizes: Issue.record("\(error)")
                }
            }
        }
        refused("KEYS", good.keys.reversed(), good.counts)
        refused("KEYS", good.keys + [good.keys.last!], good.counts + [1])
        refused("KEYS", [UInt64(0x08) << 8 | 5], [1])
        refused("KEYS", [UInt64(0x38) << 8 | 0], [1])
        refused("CNTS", good.keys, good.counts.map { _ in 0 })
        refused("CNTS", good.keys, Array(good.counts.dropLast()))
        refused("HEAD", [], [], sizes: [5, 0, 3])
        refused("HEAD", [], [], sizes: [5, 257, 3])
        refused("HEAD", [], [], sizes: [2, 2, 2, 2, 2])
    }
}

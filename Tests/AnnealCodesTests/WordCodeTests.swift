@testable import AnnealCodes
import AnnealContainer
import AnnealPlatform
import Foundation
import Testing

/// The slow obvious range coder: one number of any length, to which each symbol adds; no carries are put off.
private struct BigNumberCoder: SymbolCoder {
    static let decodes = false
    /// Big-endian.
    private var digits: [UInt8] = [0, 0, 0, 0]
    private var range: UInt32 = .max

    mutating func code(_ symbol: Int, frequencies: UnsafeBufferPointer<UInt32>, total: UInt32) -> Int {
        let start = frequencies[..<symbol].reduce(0, +)
        let unit = range / total
        add(UInt64(start * unit))
        range = unit * frequencies[symbol]
        while range < 1 << 24 {
            digits.append(0)
            range <<= 8
        }
        return symbol
    }

    private mutating func add(_ value: UInt64) {
        var carry = value
        for index in digits.indices.reversed() where carry > 0 {
            carry += UInt64(digits[index])
            digits[index] = UInt8(truncatingIfNeeded: carry)
            carry >>= 8
        }
    }

    /// The shortest bytes inside the interval, found by trying.
    func finish() -> [UInt8] {
        for kept in stride(from: digits.count - 4, through: digits.count, by: 1) {
            var rounded = self
            let dropped = digits.count - kept
            if digits[kept...].contains(where: { $0 > 0 }) {
                // The next multiple of 256 to the `dropped`.
                let rest = digits[kept...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                let up = (UInt64(1) << UInt64(8 * dropped)) - rest
                if up >= UInt64(range) { continue }
                rounded.add(up)
            }
            var bytes = Array(rounded.digits[..<kept])
            while bytes.last == 0 { bytes.removeLast() }
            return bytes
        }
        return digits
    }
}

@Suite struct RangeCoderTests {
    /// Tables of frequencies and a symbol of each: even ones, lopsided ones, some of symbols that nearly never come.
    private static func symbols(_ seed: Int) -> [(frequencies: [UInt32], symbol: Int)] {
        var random = SplitMix64(seed: UInt64(seed))
        return (0..<1 + random.below(300)).map { _ in
            var table: [UInt32] = (0..<1 + random.below(40)).map { _ in UInt32(1 + random.below(1 << random.below(12)))
            }
            switch random.below(4) {
            case 0: table = [1, 1 << 17 - 1]
            case 1: table = [1 << 17 - 1, 1]
            default: break
            }
            return (table, random.below(3) == 0 ? table.count - 1 : random.below(table.count))
        }
    }

    @Test(arguments: 0..<200)
    func inverseAndEqualToTheSlowCoder(_ seed: Int) {
        let symbols = Self.symbols(seed)
        var encoder = RangeEncoder()
        var slow = BigNumberCoder()
        var counter = BitCounter()
        for (frequencies, symbol) in symbols {
            frequencies.withUnsafeBufferPointer {
                let total = $0.reduce(0, +)
                _ = encoder.code(symbol, frequencies: $0, total: total)
                _ = slow.code(symbol, frequencies: $0, total: total)
                _ = counter.code(symbol, frequencies: $0, total: total)
            }
        }
        let bytes = encoder.finish()
        #expect(bytes == slow.finish())
        #expect(Double(bytes.count * 8) < counter.bits * 1.003 + 9)
        bytes.withUnsafeBufferPointer { bytes in
            var decoder = RangeDecoder(bytes)
            for (frequencies, symbol) in symbols {
                let found = frequencies.withUnsafeBufferPointer {
                    decoder.code(0, frequencies: $0, total: $0.reduce(0, +))
                }
                #expect(found == symbol)
            }
            #expect(decoder.isAtEnd)
        }
    }

    @Test("a carry runs through many bytes 255")
    func carries() {
        // Always the last of two symbols: low stays just under a power of two, until a carry comes.
        for length in [3, 10, 100] {
            for last in 0...1 {
                var encoder = RangeEncoder()
                var slow = BigNumberCoder()
                let tables: [([UInt32], Int)] =
                    [[UInt32]](repeating: [1, 255], count: length).map { ($0, 1) } + [([255, 1], last), ([3, 5], 1)]
                for (table, symbol) in tables {
                    table.withUnsafeBufferPointer {
                        _ = encoder.code(symbol, frequencies: $0, total: $0.reduce(0, +))
                        _ = slow.code(symbol, frequencies: $0, total: $0.reduce(0, +))
                    }
                }
                #expect(encoder.finish() == slow.finish())
            }
        }
    }

    @Test("any bytes decode to some symbols")
    func damaged() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<200 {
            let bytes = (0..<random.below(9)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            bytes.withUnsafeBufferPointer { bytes in
                var decoder = RangeDecoder(bytes)
                for (frequencies, _) in Self.symbols(random.below(1000)) {
                    let symbol = frequencies.withUnsafeBufferPointer {
                        decoder.code(0, frequencies: $0, total: $0.reduce(0, +))
                    }
                    #expect(frequencies.indices.contains(symbol))
                }
            }
        }
    }
}

/// Small models for tests.
enum SmallWordModel {
    static func parts(_ seed: Int, words: Int) -> WordModelParts {
        var random = SplitMix64(seed: UInt64(seed))
        var parts = WordModelParts()
        parts.words = (0..<words).map { Array("w\($0)".utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        parts.frequencies = (0...words).map { _ in Double(1 + random.below(1 << random.below(16))) }
        parts.lengths = (0...WordModel.groupLimit).map { 1 / Double(1 + $0) }
        parts.metadata = "seed = \(seed)\n"
        return parts
    }

    static func model(_ seed: Int, words: Int = 300) throws -> WordModel {
        try WordModel(bytes: parts(seed, words: words).file())
    }

    static func set(_ random: inout SplitMix64, _ model: WordModel, most: Int) -> WordSet {
        var set = WordSet()
        set.known = (0..<random.below(most + 1)).map { _ in random.below(model.count) }.sorted()
        if random.below(3) == 0 {
            set.spelled = (0..<1 + random.below(3)).map { _ in
                let letters = Array("abcxyz019".utf8) + [0xC3, 0xA9, 0x41]
                let length = random.below(4) == 0 ? WordModel.wordBytesLimit : 1 + random.below(9)
                return (0..<length).map { _ in letters[random.below(letters.count)] }
            }
        }
        return set
    }
}

@Suite struct WordSetTests {
    @Test("what is coded comes back: few words, many, spelled ones, none", arguments: 0..<30)
    func inverse(_ seed: Int) throws {
        let model = try SmallWordModel.model(seed, words: 1 + seed * 20)
        var random = SplitMix64(seed: UInt64(seed))
        let sets = (0..<40).map { _ in SmallWordModel.set(&random, model, most: [3, 32, 33, 100][random.below(4)]) }
        var encoder = RangeEncoder()
        var coder = WordSetCoder(model)
        var meter = WordSetMeter(model)
        var bits = 0.0
        for set in sets {
            var written = set
            coder.code(&written, with: &encoder)
            bits += meter.bits(of: set)
        }
        let bytes = encoder.finish()
        #expect(Double(bytes.count * 8) < bits * 1.003 + 9)
        bytes.withUnsafeBufferPointer { bytes in
            var decoder = RangeDecoder(bytes)
            for set in sets {
                var read = WordSet()
                coder.code(&read, with: &decoder)
                #expect(read == set)
            }
            #expect(decoder.isAtEnd)
        }
    }

    @Test("a set takes the bits of its probability, with the order of words free", arguments: 0..<10)
    func bits(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        // None so improbable that the least frequency would stand for it.
        var parts = SmallWordModel.parts(seed, words: 12)
        parts.frequencies = parts.frequencies.map { _ in Double(1 + random.below(20)) }
        let model = try WordModel(bytes: parts.file())
        var meter = WordSetMeter(model)
        for _ in 0..<50 {
            var set = WordSet()
            set.known = (0..<random.below(6)).map { _ in random.below(12) }.sorted()
            var probability = Double(model.lengths[set.known.count]) / Double(model.lengthTotal)
            probability *= (1...max(1, set.known.count)).reduce(1.0) { $0 * Double($1) }
            for word in set.known {
                probability *= Double(model.sums[word + 1] - model.sums[word]) / Double(model.sums[13])
            }
            for word in Set(set.known) {
                let times = set.known.filter { $0 == word }.count
                probability /= (1...times).reduce(1.0) { $0 * Double($1) }
            }
            let exact = -log2(probability)
            #expect(abs(meter.bits(of: set) - exact) < 0.005 * exact + 0.02, "\(set) \(exact)")
        }
    }

    @Test("the probabilities of all sets of two words are one in sum, less what is kept for the improbable")
    func sum() throws {
        let model = try SmallWordModel.model(3, words: 9)
        var meter = WordSetMeter(model)
        var sum = 0.0
        for first in 0..<9 {
            for second in first..<9 {
                var set = WordSet()
                set.known = [first, second]
                sum += exp2(-meter.bits(of: set))
            }
        }
        let two = Double(model.lengths[2]) / Double(model.lengthTotal)
        let spelled = Double(model.sums[10] - model.sums[9])
        #expect(sum / two < 1 && sum / two > 0.5 - spelled / Double(model.sums[10]))
    }
}

@Suite struct WordCodeFileTests {
    private let model: WordModel
    private let other: ContentHash
    private let sets: [WordSet]
    private let file: [UInt8]

    init() throws {
        model = try SmallWordModel.model(1)
        other = Data("a model".utf8).withUnsafeBytes { ContentHash(of: $0) }
        var random = SplitMix64(seed: 2)
        let model = model
        sets = (0..<70).map { _ in SmallWordModel.set(&random, model, most: 5) }
        file = Self.file(sets, other, model)
    }

    private static func file(_ sets: [WordSet], _ hash: ContentHash, _ words: WordModel) -> [UInt8] {
        var writer = WordCodeWriter(model: hash, words: words)
        var bytes: [UInt8] = []
        for set in sets {
            writer.append(set)
            bytes += writer.take()
        }
        writer.finish()
        return bytes + writer.take()
    }

    private func read(_ bytes: [UInt8], piece: Int = .max, words: WordModel? = nil) throws -> [WordSet] {
        var reader = WordCodeReader(model: other, words: words ?? model)
        var sets: [WordSet] = []
        var place = 0
        while place < bytes.count {
            let end = min(bytes.count, piece == .max ? .max : place + piece)
            reader.append(bytes[place..<end])
            place = end
            while let block = try reader.next() { sets += try block.sets(model) }
        }
        try reader.finish()
        return sets
    }

    @Test("a file gives back what was written, in pieces of any size", arguments: [1, 7, 64, .max])
    func inverse(_ piece: Int) throws {
        #expect(try read(file, piece: piece) == sets)
        #expect(try read(Self.file([], other, model), piece: piece).isEmpty)
    }

    @Test("what a block takes beside its texts")
    func size() throws {
        var meter = WordSetMeter(model)
        let bits = sets.reduce(0) { $0 + meter.bits(of: $1) }
        let beside = Double(file.count - WordCode.headerBytes) - bits / 8
        // Two blocks of count, length, checksum and the end of the coder, and the end of the file.
        #expect(beside > 2 * 6 && beside < 2 * 8 + 6)
    }

    @Test("the bytes stay what they are")
    func golden() {
        let hash = file.withUnsafeBytes { Checksum64.of($0) }
        #expect(file.count == 963 && hash == 3_113_430_075_073_922_741, "\(file.count) \(hash)")
    }

    @Test("each bit that flips is an error")
    func flips() throws {
        for byte in file.indices {
            for bit in 0..<8 {
                var damaged = file
                damaged[byte] ^= 1 << UInt8(bit)
                #expect(throws: WordCodeError.self, "byte \(byte), bit \(bit)") { try read(damaged) }
            }
        }
    }

    @Test("a file that ends early, or goes on, is an error")
    func truncations() throws {
        for length in file.indices {
            #expect(throws: WordCodeError.self, "\(length) bytes") { try read(Array(file[..<length])) }
        }
        #expect(throws: WordCodeError.trailingBytes(found: 1)) { try read(file + [0]) }
    }

    @Test("other files, other models")
    func foreign() throws {
        #expect(throws: WordCodeError.notACode(expected: WordCode.magic, found: Array("not a co".utf8))) {
            try read(Array("not a code at all, but long enough to be one if it were".utf8))
        }
        let words = try SmallWordModel.model(2)
        #expect(throws: WordCodeError.otherWordModel(expected: model.contentHash, found: words.contentHash)) {
            try read(file, words: words)
        }
        let hash = Data("another model".utf8).withUnsafeBytes { ContentHash(of: $0) }
        #expect(throws: WordCodeError.otherModel(expected: hash, found: other)) {
            try read(Self.file(sets, hash, model))
        }
    }

    @Test("blocks that change places are an error")
    func order() throws {
        let twice = Self.file(sets + sets[..<58], other, model)
        let first = WordCode.headerBytes
        let length = Int(twice[first + 1] & 0x7F) | Int(twice[first + 2]) << 7
        let second = first + 3 + length + 4
        let rest = Int(twice[second + 1] & 0x7F) | Int(twice[second + 2]) << 7
        let end = second + 3 + rest + 4
        let swapped = twice[..<first] + twice[second..<end] + twice[first..<second] + twice[end...]
        #expect(throws: WordCodeError.self) { try read(Array(swapped)) }
    }
}

@Suite struct WordModelTests {
    @Test("words, counts and hash are read back")
    func inverse() throws {
        let parts = SmallWordModel.parts(4, words: 100)
        let model = try WordModel(bytes: parts.file())
        #expect(model.count == 100)
        for word in 0..<100 { #expect(model.number(of: parts.words[word]) == word) }
        for word in ["", "a", "w", "w100x", "w5!", "zz"] { #expect(model.number(of: Array(word.utf8)) == nil) }
        #expect((0..<100).map { Array(model.bytes(of: $0)) } == parts.words)
        #expect(model.metadata == "seed = 4\n")
        let again = try WordModel(bytes: parts.file())
        #expect(model.contentHash == again.contentHash)
    }

    @Test("each byte that changes is an error, as is each length")
    func damaged() throws {
        let file = try SmallWordModel.parts(4, words: 10).file()
        for byte in file.indices {
            var damaged = file
            damaged[byte] ^= 0x10
            // Only the content's hash is not compared on opening.
            if (FileHeader.hashOffset..<FileHeader.hashedFrom).contains(byte) { continue }
            #expect(throws: WordModelError.self, "byte \(byte)") { try WordModel(bytes: damaged) }
        }
        for length in file.indices {
            #expect(throws: WordModelError.self, "\(length) bytes") { try WordModel(bytes: Array(file[..<length])) }
        }
    }

    @Test("parts that make no model")
    func malformed() throws {
        let good = SmallWordModel.parts(4, words: 10)
        var changed: [WordModelParts] = []
        func change(_ body: (inout WordModelParts) -> Void) {
            var parts = good
            body(&parts)
            changed.append(parts)
        }
        change { ($0.words, $0.frequencies) = ([], [1]) }
        change { $0.words[3] = [] }
        change { $0.words[3] = Array("two words".utf8) }
        change { $0.words[3] = [UInt8](repeating: 0x61, count: 33) }
        change { $0.words.swapAt(2, 3) }
        change { $0.words[3] = $0.words[2] }
        change { $0.lengths.removeLast() }
        for (index, parts) in changed.enumerated() {
            #expect(throws: WordModelError.self, "\(index)") { _ = try parts.file() }
        }
    }

    @Test("frequencies of eight bits are at most a sixteenth off")
    func frequencies() throws {
        for value in stride(from: 8.0, through: 15e6, by: 997) {
            let stored = Double(SmallFrequency(nearest: value).value)
            #expect(abs(stored - value) <= value / 16 + 1e-9, "\(value)")
        }
        #expect(
            (0...167).map { SmallFrequency(stored: $0)!.value }
                == (0...167).map { SmallFrequency(stored: $0)!.value }.sorted())
        #expect(SmallFrequency(stored: 168) == nil)
    }
}

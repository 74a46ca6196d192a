public import AnnealContainer
public import AnnealPlatform

/// A language model of concepts: which semantic ID follows which, digit by digit.
///
/// An ID is a few digits of which each says more than the one before. A digit is predicted from the digits of its own ID so
/// far and from the IDs before, the last of them with up to two digits and the one before with one. A context that was seen
/// little is mixed with a shorter one (Witten and Bell), down to one without any ID before, to no digits, and to chance: a
/// prefix is known long before the whole.
///
///     var trainer = try DigitModelTrainer(sizes: [64, 64, 64], ids: hash)
///     trainer.add([[12, 5, 63], [12, 9, 1], [40, 2, 7]])
///     let model = trainer.finish()
///     model.logarithm(of: [12, 5, 63], after: [[40, 2, 7]])
///
/// A checked, mapped file; a value that is only read.
/// - Source: Witten and Bell, The zero-frequency problem, IEEE Transactions on Information Theory 37(4), 1991.
public struct DigitModel: Sendable {
    /// How many concepts of what came before are looked at, and one.
    public static let ordersMost = 3
    static let sizesMost = 256
    static let levelsMost = 4

    /// How many values each digit has.
    public let sizes: [Int]
    /// The hash of the model of IDs whose digits these are.
    public let ids: ContentHash
    /// Sequences and concepts of training.
    public let sequences: Int
    public let concepts: Int
    /// A context with a digit behind it, ascending; the digit is the lowest byte. See ``contexts(level:own:before:order:)``.
    let keys: [UInt64]
    /// How often each was seen.
    let counts: [UInt32]

    /// The contexts of a digit, the longest first.
    ///
    /// A context is a number: a byte of level and shape, which is never zero, and a byte for each digit; then a byte of room for
    /// the digit that is predicted. The empty one of each level is last.
    /// - Parameters:
    ///   - own: the digits of the ID so far.
    ///   - before: the IDs before, the last one last.
    ///   - order: 1 for no ID before, 2 for one, 3 for two.
    static func contexts(level: Int, own: [Int], before: [[Int]], order: Int) -> [UInt64] {
        let last = order > 1 ? before.last : nil
        let earlier = order > 2 && before.count > 1 ? before[before.count - 2] : nil
        func context(_ shape: UInt64, _ digits: [Int]) -> UInt64 {
            digits.reduce(UInt64(level) << 4 | shape) { $0 << 8 | UInt64($1) } << 8
        }
        var contexts: [UInt64] = []
        // An ID may have one digit only.
        if let last, let earlier, level == 0 {
            contexts.append(context(1, Array(last.prefix(2)) + [earlier[0]]))
            contexts.append(context(2, [last[0], earlier[0]]))
        }
        if let last, level <= 1 { contexts.append(context(3, own + last.prefix(2))) }
        if let last, level <= 2 { contexts.append(context(4, own + [last[0]])) }
        for count in stride(from: own.count, through: 0, by: -1) {
            contexts.append(context(8 + UInt64(count), Array(own.prefix(count))))
        }
        return contexts
    }

    /// The level of the digit that an entry has.
    static func level(of key: UInt64) -> Int {
        var head = key
        while head > 255 { head >>= 8 }
        return Int(head >> 4)
    }

    /// The probabilities of a digit.
    /// - Parameters:
    ///   - own: the digits of the ID so far: fewer than there are levels.
    ///   - before: the IDs before, the last one last, whole.
    ///   - order: how much is looked at: 1 for no ID before, 2 for one, 3 for two.
    /// - Returns: for each value a probability above zero; their sum is 1.
    /// - Complexity: O(digits · log entries + values).
    public func probabilities(after own: [Int], before: [[Int]], order: Int = ordersMost) -> [Double] {
        precondition(own.count < sizes.count && (1...Self.ordersMost).contains(order))
        let size = sizes[own.count]
        var probabilities = [Double](repeating: 1 / Double(size), count: size)
        for context in Self.contexts(level: own.count, own: own, before: before, order: order).reversed() {
            let range = lowerBound(context)..<lowerBound(context + 256)
            if range.isEmpty { continue }
            let total = counts[range].reduce(0) { $0 + Double($1) }
            let kinds = Double(range.count)
            for value in 0..<size { probabilities[value] *= kinds / (total + kinds) }
            for entry in range { probabilities[Int(keys[entry] & 255)] += Double(counts[entry]) / (total + kinds) }
        }
        return probabilities
    }

    /// The natural logarithm of the probability of an ID.
    /// - Precondition: the ID has as many digits as there are sizes, each in its range.
    public func logarithm(of id: [Int], after before: [[Int]], order: Int = ordersMost) -> Double {
        precondition(id.count == sizes.count)
        return id.indices.reduce(0) { sum, level in
            sum
                + CMath.log(
                    probabilities(after: Array(id[..<level]), before: before, order: order)[id[level]])
        }
    }

    /// The perplexity of sequences: the number of equally likely IDs among which it would be as hard to guess.
    /// - Complexity: O(concepts · digits · values).
    public func perplexity(of sequences: [[[Int]]], order: Int) -> Double {
        var (sum, count) = (0.0, 0)
        for sequence in sequences {
            for (place, id) in sequence.enumerated() {
                sum += logarithm(of: id, after: Array(sequence[max(0, place - 2)..<place]), order: order)
                count += 1
            }
        }
        return CMath.exp(-sum / Double(max(1, count)))
    }

    private func lowerBound(_ key: UInt64) -> Int {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Counts the IDs of sequences.
public struct DigitModelTrainer {
    private let sizes: [Int]
    private let ids: ContentHash
    private var counted: [UInt64: UInt32] = [:]
    private var (sequences, concepts) = (0, 0)

    /// - Throws: ``DigitModelError/sizes(expected:found:)``.
    public init(sizes: [Int], ids: ContentHash) throws(DigitModelError) {
        guard (1...DigitModel.levelsMost).contains(sizes.count),
            sizes.allSatisfy({ (1...DigitModel.sizesMost).contains($0) })
        else {
            throw .sizes(
                expected: "IDs of 1 to \(DigitModel.levelsMost) digits of at most \(DigitModel.sizesMost) values",
                found: sizes)
        }
        (self.sizes, self.ids) = (sizes, ids)
    }

    /// - Precondition: each ID has a digit for each size, in its range.
    public mutating func add(_ sequence: [[Int]]) {
        if sequence.isEmpty { return }
        sequences += 1
        for (place, id) in sequence.enumerated() {
            precondition(id.count == sizes.count && zip(id, sizes).allSatisfy { (0..<$1).contains($0) })
            concepts += 1
            let before = Array(sequence[max(0, place - 2)..<place])
            for level in id.indices {
                let contexts = DigitModel.contexts(
                    level: level, own: Array(id[..<level]), before: before, order: DigitModel.ordersMost)
                for context in contexts { counted[context | UInt64(id[level]), default: 0] += 1 }
            }
        }
    }

    public func finish() -> DigitModel {
        let keys = counted.keys.sorted()
        return DigitModel(
            sizes: sizes, ids: ids, sequences: sequences, concepts: concepts, keys: keys,
            counts: keys.map { counted[$0] ?? 0 })
    }
}

/// What can be wrong with the file of a digit model.
public enum DigitModelError: Error, Equatable, Sendable, CustomStringConvertible {
    case container(ContainerError)
    case sectionLength(SectionTag, expectedBytes: Int, foundBytes: Int)
    case value(SectionTag, what: String, expected: String, found: String)
    /// IDs with more digits or values than a model counts.
    case sizes(expected: String, found: [Int])

    public var description: String {
        switch self {
        case .sizes(let expected, let found):
            "expected \(expected), found \(found.map(String.init).joined(separator: ","))"
        case .container(let error): error.description(of: "model of sequences")
        case .sectionLength(let tag, let expected, let found):
            "section \(tag): expected \(expected) bytes, found \(found)"
        case .value(let tag, let what, let expected, let found):
            "section \(tag): \(what): expected \(expected), found \(found)"
        }
    }
}

extension SectionTag {
    /// The hash of the model of IDs; then UInt32: levels, sequences, concepts, 0; then the sizes.
    fileprivate static let head = SectionTag(known: "HEAD")
    /// UInt64, ascending: contexts with digits.
    fileprivate static let keys = SectionTag(known: "KEYS")
    /// UInt32: how often each was seen.
    fileprivate static let counts = SectionTag(known: "CNTS")
}

extension DigitModel {
    private static let kind = ContainerKind(
        letters: "ANNQ", known: [.head, .keys, .counts], required: [.head, .keys, .counts])
    private static let headSize = 48

    /// - Complexity: O(bytes).
    /// - Throws: ``DigitModelError``.
    public init(_ path: Path) throws(DigitModelError) {
        let storage: FileStorage
        do throws(ContainerError) { storage = try FileStorage(mapping: path.argument) } catch {
            throw .container(error)
        }
        try self.init(storage)
    }

    /// - Complexity: O(bytes), which are copied.
    /// - Throws: ``DigitModelError``.
    public init(bytes: [UInt8]) throws(DigitModelError) {
        try self.init(bytes.withUnsafeBytes { FileStorage(copying: $0) })
    }

    private init(_ storage: FileStorage) throws(DigitModelError) {
        let container: OpenContainer
        do throws(ContainerError) { container = try OpenContainer(storage, as: Self.kind) } catch {
            throw .container(error)
        }
        defer { withExtendedLifetime(container) {} }
        func section(_ tag: SectionTag) throws(DigitModelError) -> UnsafeRawBufferPointer {
            guard let bytes = container[tag] else { throw .container(.missingSection(tag)) }
            return bytes
        }
        let head = try section(.head)
        let levels = head.count >= Self.headSize ? Int(head.littleEndian(at: 32) as UInt32) : 0
        guard (1...Self.levelsMost).contains(levels), head.count == Self.headSize + 4 * levels else {
            throw .value(
                .head, what: "levels", expected: "1...\(Self.levelsMost), with a size each",
                found: "\(levels) in \(head.count) bytes")
        }
        let sizes = (0..<levels).map { Int(head.littleEndian(at: Self.headSize + 4 * $0) as UInt32) }
        guard sizes.allSatisfy({ (1...Self.sizesMost).contains($0) }) else {
            throw .value(.head, what: "sizes", expected: "1...\(Self.sizesMost) each", found: "\(sizes)")
        }
        let keyBytes = try section(.keys)
        let countBytes = try section(.counts)
        guard keyBytes.count % 8 == 0 else {
            throw .sectionLength(.keys, expectedBytes: keyBytes.count / 8 * 8, foundBytes: keyBytes.count)
        }
        guard countBytes.count == keyBytes.count / 2 else {
            throw .sectionLength(.counts, expectedBytes: keyBytes.count / 2, foundBytes: countBytes.count)
        }
        let keys = (0..<keyBytes.count / 8).map { keyBytes.littleEndian(at: 8 * $0) as UInt64 }
        let counts = (0..<keys.count).map { countBytes.littleEndian(at: 4 * $0) as UInt32 }
        for index in keys.indices {
            guard index == 0 || keys[index - 1] < keys[index] else {
                throw .value(.keys, what: "entry \(index)", expected: "more than the one before", found: "less")
            }
            guard counts[index] > 0 else {
                throw .value(.counts, what: "entry \(index)", expected: "at least 1", found: "0")
            }
            // What is predicted leads into the probabilities; what is looked up is only compared.
            let level = Self.level(of: keys[index])
            guard level < levels, Int(keys[index] & 255) < sizes[level] else {
                throw .value(
                    .keys, what: "entry \(index)", expected: "a digit of one of \(levels) levels",
                    found: "\(keys[index] & 255) at level \(level)")
            }
        }
        self.init(
            sizes: sizes, ids: ContentHash(bytes: Array(head[..<32])),
            sequences: Int(head.littleEndian(at: 36) as UInt32),
            concepts: Int(head.littleEndian(at: 40) as UInt32), keys: keys, counts: counts)
    }

    /// The bytes of its file: the same model always gives the same.
    public var bytes: [UInt8] {
        let head =
            Array(ids.bytes)
            + littleEndian([UInt32(sizes.count), UInt32(sequences), UInt32(concepts), 0] + sizes.map { UInt32($0) })
        do throws(ContainerError) {
            return try ContainerWriter.layOut(
                [(.head, head), (.keys, littleEndian(keys)), (.counts, littleEndian(counts))], as: Self.kind)
        } catch {
            preconditionFailure("more sections than a container has room for: \(error)")
        }
    }
}

package import AnnealContainer
import AnnealFormats

/// Vectors as digits: each stage has a codebook, and its digit says which word stands for what the stages before have left.
/// The sum of the words is the vector. Sizes may be any: 64, 64, 64 or 8, 8, 8, 5 or 256 a byte.
///
/// Words are whole numbers and so are vectors once rounded, so that a vector has the same digits on every machine.
/// - SeeAlso: Chen, Guan and Wang, "Approximate nearest neighbor search by residual vector quantization", Sensors 10(12),
///   2010.
public struct ResidualQuantizer: Sendable, Equatable {
    /// Words of each stage.
    public let sizes: [Int]
    /// Numbers of a vector.
    public let dimension: Int
    /// A word's number is worth 2^-exponent.
    package let exponent: Int
    /// A row a word, stage after stage.
    let words: [Int16]
    /// For each word its squared length.
    private let squares: [Int32]
    /// For each pair of stages, earlier and later, twice the products of their words: a row an earlier word.
    private let products: [Int32]

    package static let stagesMost = 16
    package static let sizeMost = 4096
    /// Products of words in memory, at most: 64 MB.
    private static let productsMost = 1 << 24

    /// The greatest length of a vector.
    public var longest: Double {
        Double(FixedPointBasis.lengthLimit) / Double(sign: .plus, exponent: exponent, significand: 1)
    }

    /// Whether there is a quantiser of these sizes.
    /// - Throws: ``CodecError/setting(_:expected:found:)``.
    public static func check(sizes: [Int]) throws(CodecError) {
        let text = sizes.map(String.init).joined(separator: ",")
        guard (1...stagesMost).contains(sizes.count), sizes.allSatisfy({ (2...sizeMost).contains($0) }) else {
            throw .setting("sizes", expected: "1 to \(stagesMost) stages of 2 to \(sizeMost) words", found: text)
        }
        guard Self.pairs(sizes) <= productsMost else {
            throw .setting(
                "sizes", expected: "at most \(productsMost) pairs of words of two stages",
                found: "\(text) with \(Self.pairs(sizes))")
        }
    }

    private static func pairs(_ sizes: [Int]) -> Int {
        var (pairs, before) = (0, 0)
        for size in sizes {
            pairs += before * size
            before += size
        }
        return pairs
    }

    /// - Precondition: sizes are right, and `words` has a row for each word, of at most the greatest length.
    init(sizes: [Int], dimension: Int, exponent: Int, words: [Int16]) {
        self.sizes = sizes
        self.dimension = dimension
        self.exponent = exponent
        self.words = words
        let total = sizes.reduce(0, +)
        precondition(words.count == total * dimension)
        (squares, products) = words.withUnsafeBufferPointer { words in
            func product(_ one: Int, _ other: Int) -> Int32 {
                Self.product(words.baseAddress! + one * dimension, words.baseAddress! + other * dimension, dimension)
            }
            var products: [Int32] = []
            products.reserveCapacity(Self.pairs(sizes))
            var start = 0
            for later in sizes.indices {
                var earlier = 0
                for size in sizes[..<later] {
                    for one in earlier..<earlier + size {
                        for other in start..<start + sizes[later] { products.append(2 &* product(one, other)) }
                    }
                    earlier += size
                }
                start += sizes[later]
            }
            return ((0..<total).map { product($0, $0) }, products)
        }
    }

    /// Sums of products stay below 2^28: both are at most 2^14 long.
    @inline(__always)
    fileprivate static func product(
        _ one: UnsafePointer<Int16>, _ other: UnsafePointer<Int16>, _ count: Int
    ) -> Int32 {
        var sum: Int32 = 0
        for index in 0..<count { sum &+= Int32(one[index]) &* Int32(other[index]) }
        return sum
    }

    /// What finds digits, with memory of its own.
    /// - Parameter beam: how many beginnings are kept at each stage; 1 takes the best word at each.
    /// - Precondition: `beam > 0`.
    public func makeCoder(beam: Int = ResidualQuantizer.beam) -> ResidualCoder { ResidualCoder(self, beam: beam) }

    /// Beginnings kept unless something else is asked for.
    public static let beam = 8

    /// Writes the sum of the words of some digits; of fewer digits than there are stages, of the first stages.
    /// - Parameter vector: room for ``dimension`` numbers.
    /// - Complexity: O(digits · dimension).
    /// - Precondition: each digit is below its stage's size.
    public func decode(_ digits: some Collection<Int>, into vector: UnsafeMutablePointer<Float>) {
        precondition(digits.count <= sizes.count)
        for index in 0..<dimension { vector[index] = 0 }
        var start = 0
        for (size, digit) in zip(sizes, digits) {
            precondition((0..<size).contains(digit))
            let row = (start + digit) * dimension
            // Exact: sums of 16 numbers of 16 bits.
            for index in 0..<dimension { vector[index] += Float(words[row + index]) }
            start += size
        }
        let unit = Float(sign: .plus, exponent: -exponent, significand: 1)
        for index in 0..<dimension { vector[index] *= unit }
    }

    /// The beam search of one vector: see ``ResidualCoder``.
    fileprivate func search(_ coder: ResidualCoder) {
        words.withUnsafeBufferPointer { words in
            for word in 0..<squares.count {
                let product = Self.product(coder.integers, words.baseAddress! + word * dimension, dimension)
                // |word|² − 2 · vector · word: what the word adds to the squared distance, alone.
                coder.own[word] = squares[word] &- 2 &* product
            }
        }
        coder.begin()
        products.withUnsafeBufferPointer { products in
            var (start, pairs) = (0, 0)
            for (stage, size) in sizes.enumerated() {
                coder.extend(stage: stage, own: start, size: size, products, pairs: pairs, sizes: sizes)
                pairs += start * size
                start += size
            }
        }
    }
}

/// Finds the digits of vectors. For one thread at a time; allocates nothing for a vector.
///
/// The squared distance of a sum of words is a sum over words and over pairs of words, and both are in tables: no residual
/// is ever computed. Of equally near sums the one is taken whose beginning was nearer, and then the one with the lower digit.
public final class ResidualCoder {
    private let quantizer: ResidualQuantizer
    private let beam: Int
    fileprivate let integers: UnsafeMutablePointer<Int16>
    /// What each word adds alone.
    fileprivate let own: UnsafeMutablePointer<Int32>
    /// The beginnings that are kept: how near each is, and its digits, a row of as many as there are stages.
    private var scores: UnsafeMutablePointer<Int64>
    private var digits: UnsafeMutablePointer<Int32>
    private var nextScores: UnsafeMutablePointer<Int64>
    private var nextDigits: UnsafeMutablePointer<Int32>
    /// What each word of a stage comes to behind one beginning.
    private let sums: UnsafeMutablePointer<Int64>
    private var live = 0
    private let stages: Int

    fileprivate init(_ quantizer: ResidualQuantizer, beam: Int) {
        precondition(beam > 0)
        self.quantizer = quantizer
        self.beam = beam
        stages = quantizer.sizes.count
        func room<Value: FixedWidthInteger>(_ count: Int) -> UnsafeMutablePointer<Value> {
            let start = UnsafeMutablePointer<Value>.allocate(capacity: count)
            start.initialize(repeating: 0, count: count)
            return start
        }
        integers = room(quantizer.dimension)
        own = room(quantizer.sizes.reduce(0, +))
        scores = room(beam)
        nextScores = room(beam)
        digits = room(beam * stages)
        nextDigits = room(beam * stages)
        sums = room(quantizer.sizes.max() ?? 1)
    }

    deinit {
        integers.deallocate()
        own.deallocate()
        scores.deallocate()
        nextScores.deallocate()
        digits.deallocate()
        nextDigits.deallocate()
        sums.deallocate()
    }

    /// Writes the digits of a vector.
    /// - Parameter found: room for a digit a stage.
    /// - Returns: false for the zero vector, which has no digits; then all are 0.
    /// - Complexity: O(words · dimension + stages · beam · words of a stage · stages).
    /// - Throws: ``CodecError/dimension(expected:found:)``, ``CodecError/notFinite(index:)``,
    ///   ``CodecError/tooLong(limit:)``.
    public func encode(
        _ vector: UnsafeBufferPointer<Float>, into found: UnsafeMutableBufferPointer<UInt16>
    ) throws(CodecError) -> Bool {
        precondition(found.count == stages, "expected room for \(stages) digits, found it for \(found.count)")
        guard vector.count == quantizer.dimension else {
            throw .dimension(expected: quantizer.dimension, found: vector.count)
        }
        guard try FixedPointBasis.round(vector, exponent: quantizer.exponent, into: integers) else {
            for stage in 0..<stages { found[stage] = 0 }
            return false
        }
        quantizer.search(self)
        for stage in 0..<stages { found[stage] = UInt16(digits[stage]) }
        return true
    }

    /// The numbers of the vector that was encoded last, times 2^exponent and rounded.
    package var rounded: UnsafePointer<Int16> { UnsafePointer(integers) }

    fileprivate func begin() {
        live = 1
        scores[0] = 0
    }

    /// Takes each beginning with each word of a stage, and keeps the best.
    /// - Parameters:
    ///   - own: where the stage's words begin.
    ///   - pairs: where the products with the words before begin.
    fileprivate func extend(
        stage: Int, own start: Int, size: Int, _ products: UnsafeBufferPointer<Int32>, pairs: Int, sizes: [Int]
    ) {
        let (stages, beam, own) = (stages, beam, own + start)
        let (scores, digits, nextScores, nextDigits) = (scores, digits, nextScores, nextDigits)
        var kept = 0
        for parent in 0..<live {
            let path = digits + parent * stages
            let score = scores[parent]
            for word in 0..<size { sums[word] = score &+ Int64(own[word]) }
            var earlier = pairs
            for before in 0..<stage {
                // In bounds: there is a row of products for each word of each stage before.
                let row = products.baseAddress! + earlier + Int(path[before]) * size
                for word in 0..<size { sums[word] &+= Int64(row[word]) }
                earlier += sizes[before] * size
            }
            // In the order of parents and words, so that of equals the first stays.
            for word in 0..<size where kept < beam || sums[word] < nextScores[kept - 1] {
                var place = kept < beam ? kept : kept - 1
                if kept < beam { kept += 1 }
                while place > 0, nextScores[place - 1] > sums[word] {
                    nextScores[place] = nextScores[place - 1]
                    (nextDigits + place * stages).update(from: nextDigits + (place - 1) * stages, count: stage + 1)
                    place -= 1
                }
                nextScores[place] = sums[word]
                (nextDigits + place * stages).update(from: path, count: stage)
                nextDigits[place * stages + stage] = Int32(word)
            }
        }
        live = kept
        swap(&self.scores, &self.nextScores)
        swap(&self.digits, &self.nextDigits)
    }
}

extension ResidualQuantizer {
    /// The products of a vector with the words of a stage, taken as whole numbers.
    /// - Complexity: O(words of the stage · dimension).
    func products(of stage: Int, with vector: [Float]) -> [Float] {
        let first = sizes[..<stage].reduce(0, +)
        return (first..<first + sizes[stage]).map { word in
            var sum: Float = 0
            for index in 0..<dimension { sum += vector[index] * Float(words[word * dimension + index]) }
            return sum
        }
    }

    /// The squared length of the sum of the words of some digits, in whole numbers: by the tables that coding has.
    /// - Complexity: O(digits²).
    func squaredLength(of digits: some Collection<Int>) -> Double {
        var (sum, start, pairs) = (Int64(0), 0, 0)
        for (stage, digit) in digits.enumerated() {
            sum += Int64(squares[start + digit])
            var earlier = pairs
            for (before, other) in digits.prefix(stage).enumerated() {
                sum += Int64(products[earlier + other * sizes[stage] + digit])
                earlier += sizes[before] * sizes[stage]
            }
            pairs += start * sizes[stage]
            start += sizes[stage]
        }
        return Double(sum)
    }

    /// The bytes of the words, for a section of a file.
    package var wordBytes: [UInt8] { littleEndian(words) }
    /// For the head of a file.
    package var exponentField: UInt32 { UInt32(bitPattern: Int32(exponent)) }

    /// Reads a quantiser whose words are in a section of a file.
    /// - Throws: ``CodecError`` for sizes or words that no quantiser has.
    package init(
        sizes: [Int], dimension: Int, exponentField: UInt32, words tag: SectionTag, of container: OpenContainer,
        head: SectionTag, noun: String
    ) throws(CodecError) {
        do throws(CodecError) { try Self.check(sizes: sizes) } catch {
            guard case .setting(let what, let expected, let found) = error else { throw error }
            throw .value(head, what: what, expected: expected, found: found)
        }
        let exponent = Int(Int32(bitPattern: exponentField))
        guard (-60...60).contains(exponent) else {
            throw .value(head, what: "exponent", expected: "-60...60", found: "\(exponent)")
        }
        let words = try container.integers(tag, count: sizes.reduce(0, +) * dimension, of: Int16.self, noun: noun)
        let limit = Int64(FixedPointBasis.lengthLimit) * Int64(FixedPointBasis.lengthLimit)
        for word in 0..<words.count / dimension {
            let squares = words[word * dimension..<(word + 1) * dimension].reduce(Int64(0)) {
                $0 + Int64($1) * Int64($1)
            }
            guard squares <= limit else {
                throw .value(
                    tag, what: "squared length of word \(word)", expected: "at most \(limit)", found: "\(squares)")
            }
        }
        self.init(sizes: sizes, dimension: dimension, exponent: exponent, words: words)
    }
}

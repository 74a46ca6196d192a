import AnnealContainer
import AnnealFormats
import AnnealManifold
import AnnealPlatform
import Testing

@testable import AnnealSound

@Suite struct ConceptSetTests {
    private static let columns = 12
    private static let engine = ContentHash(bytes: [UInt8](repeating: 7, count: 32))

    /// Texts around as many places as there are concepts, and a word at each place.
    private static func texts(_ count: Int, each: Int, seed: UInt64 = 1) -> (texts: Matrix, words: ConceptWords) {
        var random = SplitMix64(seed: seed)
        let places = Matrix(rows: count, columns: columns, values: (0..<count * columns).map { _ in random.normal() })
        let texts = Matrix(rows: count * each, columns: columns)
        for row in 0..<texts.rows {
            for column in 0..<columns {
                texts.row(row)[column] = places.row(row / each)[column] + 0.05 * random.normal()
            }
        }
        return (texts, ConceptWords((0..<count).map { "word\($0)" }, vectors: places))
    }

    private static func learned(_ count: Int = 20, threads: Int = 1) throws -> ConceptSet {
        let (texts, words) = texts(count, each: 30)
        return try ConceptSet.learn(from: texts, count: count, calledBy: words, engine: engine, threads: threads)
    }

    @Test(
        "the texts of a group have one concept, mostly called by the word that lies in the group; counts are of texts")
    func groups() throws {
        let (texts, words) = Self.texts(20, each: 30)
        let set = try Self.learned()
        #expect(set.textCounts.reduce(0, +) == 600)
        var named = 0
        for group in 0..<20 {
            let strongest = (group * 30..<(group + 1) * 30).map { row in
                set.names[set.strongest(3, of: texts.row(row))[0].concept]
            }
            if Set(strongest) == [words.words[group]] { named += 1 }
        }
        // Annealing may put two groups together, and split another.
        #expect(named >= 13)
        #expect(try Self.learned(threads: 3).bytes == set.bytes)
    }

    @Test("energies are the softmax of the cosines, written out; strengths are energies in proportion")
    func energies() throws {
        let set = try Self.learned()
        var random = SplitMix64(seed: 5)
        for _ in 0..<50 {
            let vector = (0..<Self.columns).map { _ in random.normal() }
            var cosines: [Double] = []
            for concept in 0..<set.count {
                var (product, square) = (0.0, 0.0)
                for column in 0..<Self.columns {
                    let value = Double(vector[column]) - Double(set.mean[column])
                    product += value * Double(set.directions.row(concept)[column])
                    square += value * value
                }
                cosines.append(product / square.squareRoot())
            }
            for (found, expected) in zip(set.cosines(of: vector), cosines) { #expect(abs(found - expected) < 1e-5) }
            let weights = cosines.map { CMath.pow(2.718281828459045, 8 * $0) }
            let energies = set.energies(of: vector)
            for (found, weight) in zip(energies, weights) {
                #expect(abs(found - weight / weights.reduce(0, +)) < 1e-4)
            }
            let tones = set.strongest(4, of: vector)
            #expect(abs(tones.reduce(0) { $0 + $1.strength } - 1) < 1e-9)
            let order = cosines.indices.sorted { cosines[$0] > cosines[$1] }
            #expect(tones.map(\.concept) == Array(order.prefix(4)))
            #expect(
                abs(tones[1].strength / tones[0].strength - energies[tones[1].concept] / energies[tones[0].concept])
                    < 1e-9)
        }
        #expect(set.strongest(3, of: [Float](repeating: 0, count: Self.columns)).isEmpty)
        #expect(set.energies(of: [Float](repeating: 0, count: Self.columns)).isEmpty)
    }

    @Test("frequencies are apart and in range, and what is near in meaning is near in pitch")
    func pitch() throws {
        for count in [16, 64, 300] {
            var random = SplitMix64(seed: 3)
            let directions = Matrix(
                rows: count, columns: Self.columns, values: (0..<count * Self.columns).map { _ in random.normal() })
            let sorted = Pitch.frequencies(of: directions).sorted()
            #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 > 14.99 })
            #expect(sorted[0] == 150 && sorted[count - 1] > 5990)
        }
        // Two groups: every concept of one below every one of the other.
        var random = SplitMix64(seed: 4)
        let groups = Matrix(rows: 20, columns: 8, values: (0..<160).map { _ in random.normal() })
        for row in 0..<20 { groups.row(row)[0] += row % 2 == 0 ? 20 : -20 }
        let found = Pitch.frequencies(of: groups)
        let (even, odd) = (
            stride(from: 0, to: 20, by: 2).map { found[$0] }, stride(from: 1, to: 20, by: 2).map { found[$0] }
        )
        #expect(even.max()! < odd.min()! || odd.max()! < even.min()!)
        // Directions on a half circle: their order is the angle's, from one end or from the other.
        let half = Matrix(rows: 24, columns: 2)
        let places = (0..<24).map { ($0 * 7) % 24 }
        for row in 0..<24 {
            let (sine, cosine) = (
                Elementary.sine(turns: Double(places[row]) / 23 * 0.45),
                Elementary.sine(turns: Double(places[row]) / 23 * 0.45 + 0.25)
            )
            (half.row(row)[0], half.row(row)[1]) = (Float(cosine), Float(sine))
        }
        let pitches = Pitch.frequencies(of: half)
        let order = (0..<24).sorted { pitches[$0] < pitches[$1] }.map { places[$0] }
        #expect(order == Array(0..<24) || order == Array((0..<24).reversed()))
    }

    @Test("a file is read as it was written; cut anywhere or changed anywhere it is refused")
    func file() throws {
        let set = try Self.learned()
        let again = try ConceptSet(bytes: set.bytes)
        #expect(again.names == set.names && again.frequencies == set.frequencies && again.mean == set.mean)
        #expect(again.textCounts == set.textCounts && again.engine == set.engine && again.identity == set.identity)
        #expect((0..<20).allSatisfy { again.directions.dot($0, set.directions, $0) > 0.999 })
        let bytes = set.bytes
        for count in stride(from: 0, to: bytes.count, by: 13) {
            #expect(throws: ConceptError.self) { try ConceptSet(bytes: Array(bytes[..<count])) }
        }
        for place in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[place] ^= 0x10
            #expect(throws: ConceptError.self) { try ConceptSet(bytes: changed) }
        }
        #expect(throws: ConceptError.self) { try ConceptSet(Path("/nowhere/there.is.carriers")) }
        #expect("\(ConceptSet.path(beside: "a/b.anneal"))" == "a/b.carriers")
    }

    @Test("too few or too many concepts, texts and words, numbers that are none, another model: all are told")
    func errors() throws {
        let (texts, words) = Self.texts(20, each: 2)
        func learn(_ count: Int, _ texts: Matrix = texts, _ words: ConceptWords = words) throws {
            _ = try ConceptSet.learn(from: texts, count: count, calledBy: words, engine: Self.engine)
        }
        #expect(throws: ConceptError.count(expected: 16...1024, found: 15)) { try learn(15) }
        #expect(throws: ConceptError.count(expected: 16...1024, found: 1025)) { try learn(1025) }
        #expect(throws: ConceptError.tooFewWords(expected: 21, found: 20)) { try learn(21) }
        #expect(throws: ConceptError.tooFewTexts(expected: 16, found: 0)) {
            try learn(16, Matrix(rows: 50, columns: Self.columns))
        }
        let broken = texts.copy()
        broken.row(3)[2] = .nan
        #expect(throws: ConceptError.vectors(.notFinite(what: "point", row: 3, column: 2))) { try learn(16, broken) }
        let set = try Self.learned()
        let other = ContentHash(bytes: [UInt8](repeating: 8, count: 32))
        #expect(throws: ConceptError.otherEngine(expected: Self.engine, found: other)) { try set.check(other) }
        try set.check(Self.engine)
    }

    @Test("texts that are all one still make a set: one concept has them all")
    func identical() throws {
        let (_, words) = Self.texts(16, each: 1)
        let texts = Matrix(rows: 40, columns: Self.columns, values: [Float](repeating: 0.25, count: 40 * Self.columns))
        let set = try ConceptSet.learn(from: texts, count: 16, calledBy: words, engine: Self.engine)
        #expect(set.textCounts.sorted() == [Int](repeating: 0, count: 15) + [40])
        #expect(Set(set.names).count == 16)
    }
}

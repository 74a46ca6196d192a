import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealPreferences

/// Ranking as it is defined, in double precision and without regard for time.
private struct ReferenceSpace {
    let rows: [[Double]]
    let centre: [Double]

    init(_ vectors: [[Float]]) {
        let units = vectors.map { Self.unit($0.map { Double($0) }) }
        let known = units.filter { $0.contains { $0 != 0 } }
        let mean = (0..<vectors[0].count).map { column in
            known.reduce(0) { $0 + $1[column] } / Double(known.count + 64)
        }
        centre = mean
        rows = units.map { row in row.contains { $0 != 0 } ? Self.unit(zip(row, mean).map { $0 - $1 }) : row }
    }

    static func unit(_ vector: [Double]) -> [Double] {
        let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return norm == 0 ? vector : vector.map { $0 / norm }
    }

    static func dot(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }

    func direction(liked: [Int], disliked: [Int]) -> [Double] {
        Self.unit(
            centre.indices.map { column in
                liked.reduce(0) { $0 + rows[$1][column] } / Double(liked.count)
                    - (disliked.isEmpty
                        ? 0 : 0.1 * disliked.reduce(0) { $0 + rows[$1][column] } / Double(disliked.count))
            })
    }

    func scores(liked: [Int], disliked: [Int]) -> [(concept: Int, score: Double)] {
        let direction = direction(liked: liked, disliked: disliked)
        return rows.indices.filter { !(liked + disliked).contains($0) && rows[$0].contains { $0 != 0 } }
            .map { ($0, Self.dot(direction, rows[$0])) }
    }

    /// By the rule alone: at each step every candidate is compared with all that was taken.
    func diverse(liked: [Int], disliked: [Int], count: Int) -> [Int] {
        var (left, taken) = (scores(liked: liked, disliked: disliked), [Int]())
        while taken.count < count, !left.isEmpty {
            let values = left.map { candidate in
                let closest = taken.map { Self.dot(rows[candidate.concept], rows[$0]) }.max() ?? 0
                return 0.7 * candidate.score - 0.3 * closest
            }
            let best = values.indices.max { values[$0] < values[$1] }!
            taken.append(left.remove(at: best).concept)
        }
        return taken
    }
}

@Suite struct RankingTests {
    private static let (count, dimension) = (300, 16)

    /// Vectors around a few centres and a common part; one in the middle is zero.
    private func vectors(seed: UInt64) -> [[Float]] {
        var random = SplitMix64(seed: seed)
        let centres = (0..<6).map { _ in (0..<Self.dimension).map { _ in random.normal() } }
        return (0..<Self.count).map { row in
            if row == 137 { return [Float](repeating: 0, count: Self.dimension) }
            return (0..<Self.dimension).map { 1.5 + centres[row % 6][$0] + 0.7 * random.normal() }
        }
    }

    private func space(_ vectors: [[Float]]) throws -> ConceptSpace {
        try ConceptSpace(
            Matrix(rows: vectors.count, columns: vectors[0].count, values: vectors.flatMap { $0 }))
    }

    private func preference(_ liked: [Int], _ disliked: [Int], _ space: ConceptSpace) throws -> Preference {
        try Preference(
            liked: try liked.map { try Opinion($0, name: "\($0)", in: space) },
            disliked: try disliked.map { try Opinion($0, name: "\($0)", in: space) })
    }

    @Test("ranking is that of the definition", arguments: 1...12 as ClosedRange<UInt64>)
    func reference(seed: UInt64) throws {
        let vectors = vectors(seed: seed)
        let (space, slow) = (try space(vectors), ReferenceSpace(vectors))
        var random = SplitMix64(seed: seed, stream: 9)
        let drawn = random.permutation(Self.count).filter { $0 != 137 }
        let (liked, disliked) = (Array(drawn[..<4]), Array(drawn[4..<(4 + Int(seed) % 4)]))
        let preference = try preference(liked, disliked, space)
        let ranked = preference.ranked(space, count: Self.count)
        let expected = slow.scores(liked: liked, disliked: disliked).sorted { $0.score > $1.score }
        #expect(ranked.map(\.concept) == expected.map(\.concept))
        for (found, expected) in zip(ranked, expected) {
            #expect(abs(Double(found.score) - expected.score) < 1e-5)
            let likenesses = liked.map { ReferenceSpace.dot(slow.rows[$0], slow.rows[found.concept]) }
            #expect(abs(Double(found.likeness) - likenesses.max()!) < 1e-5)
            #expect(abs(likenesses[found.nearest] - likenesses.max()!) < 1e-5)
        }
        #expect(preference.ranked(space, count: 7) == Array(ranked.prefix(7)))
        let best = ranked[0].concept
        #expect(preference.ranked(space, count: 1, without: [best]) == [ranked[1]])
        let diverse = preference.diverse(space, count: 12)
        #expect(diverse.map(\.concept) == slow.diverse(liked: liked, disliked: disliked, count: 12))
        #expect(diverse[0] == ranked[0])
    }

    @Test("what is said of another text is what is said of the concept with its vector")
    func others() throws {
        let vectors = vectors(seed: 3)
        let space = try space(vectors)
        let inside = try preference([5, 11], [7], space)
        let outside = try Preference(
            liked: [
                try Opinion("a", vector: vectors[5].map { $0 * 3 }, in: space), try Opinion(11, name: "b", in: space),
            ],
            disliked: [try Opinion(7, name: "c", in: space)])
        let (left, right) = (inside.ranked(space, count: 20), outside.ranked(space, count: 21))
        // What is only known by its vector may be offered itself, and fits best.
        #expect(right.contains { $0.concept == 5 })
        let same = right.filter { $0.concept != 5 }.prefix(20)
        #expect(left.map(\.concept) == same.map(\.concept))
        let scored = try inside.score("x", vector: vectors[200], in: space)
        let all = inside.ranked(space, count: Self.count).first { $0.concept == 200 }!
        #expect(abs(scored.score - all.score) < 1e-6 && scored.nearest == all.nearest)
        #expect(throws: PreferenceError.unknown("x")) {
            try inside.score("x", vector: [Float](repeating: 0, count: Self.dimension), in: space)
        }
    }

    @Test("a list of one or two is ranked, too")
    func few() throws {
        let space = try space([[3, 4], [0, 0], [-4, 3]])
        let preference = try Preference(liked: [try Opinion("x", vector: [1, 1], in: space)], disliked: [])
        let ranked = preference.ranked(space, count: 9)
        #expect(ranked.map(\.concept) == [0, 2])
        #expect(ranked[0].score > 0.98 && ranked[1].score < 0)
    }

    @Test("what cannot be a preference is refused")
    func refused() throws {
        let space = try space([[1, 0], [-1, 0], [0, 0], [0, 1]])
        #expect(throws: PreferenceError.nothingLiked) { try preference([], [0], space) }
        #expect(throws: PreferenceError.unknown("2")) { try preference([2], [], space) }
        #expect(throws: PreferenceError.contradiction("0")) { try preference([0, 3], [0], space) }
        let balanced = try self.space([[1, 0], [-1, 0]])
        #expect(throws: PreferenceError.noDirection) { try preference([0, 1], [], balanced) }
        for value in [Float.nan, .infinity] {
            #expect(
                throws: PreferenceError.vectors(expected: "finite numbers", found: "others in row 2")
            ) { _ = try self.space([[1, 0], [value, 0]]) }
        }
    }
}

@Suite struct ConceptListTests {
    private func parse(_ text: String) throws -> ConceptList {
        try ConceptList(parsing: Array(text.utf8), place: "list")
    }

    @Test("words, words with definitions, words with kinds, texts; comments in front only")
    func forms() throws {
        let list = try parse("# about\n\n#\nOcean\nhail\tpieces of ice\r\nowl\tnoun.animal\ta bird\n \n# five\n")
        #expect(
            list.concepts == [
                Concept(name: "Ocean"), Concept(name: "hail", definition: "pieces of ice"),
                Concept(name: "owl", kind: "noun.animal", definition: "a bird"), Concept(name: "# five"),
            ])
        #expect(list.concepts.map(\.text) == ["Ocean", "hail: pieces of ice", "owl: a bird", "# five"])
        #expect(list.index(of: "ocean") == 0 && list.index(of: "OWL") == 2 && list.index(of: "owl: a bird") == nil)
        #expect(try parse("a\tx\nb\nA\ty").index(of: "a") == 0)
    }

    @Test("what is no list is refused, with its line")
    func malformed() throws {
        #expect(throws: PreferenceError.emptyList(place: "list")) { try parse("") }
        #expect(throws: PreferenceError.emptyList(place: "list")) { try parse("# only this\n\n") }
        #expect(
            throws: PreferenceError.line(
                place: "list", number: 2, expected: "a name and up to two columns more", found: "4 columns")
        ) { try parse("a\nb\tc\td\te\n") }
        #expect(
            throws: PreferenceError.line(
                place: "list", number: 3, expected: "a name and up to two columns more", found: "no name")
        ) { try parse("a\nb\n\tc\n") }
        #expect(throws: PreferenceError.line(place: "list", number: 2, expected: "UTF-8", found: "other bytes")) {
            try ConceptList(parsing: Array("a\nb".utf8) + [0xFF], place: "list")
        }
        #expect(throws: PreferenceError.self) { try ConceptList("no such file") }
    }
}

@Suite struct DailyPickTests {
    @Test("days are those of the calendar")
    func days() throws {
        let golden = [
            ("0001-01-01", -719_162), ("1900-03-01", -25_508), ("1970-01-01", 0), ("2000-02-29", 11_016),
            ("2026-11-30", 20_787), ("9999-12-31", 2_932_896),
        ]
        for (text, number) in golden {
            #expect(try Day(text).number == number)
            #expect(Day(number: number).description == text)
        }
        for number in stride(from: -719_162, through: 2_932_896, by: 97) {
            #expect(try Day("\(Day(number: number))").number == number)
        }
        for text in [
            "", "2026-11-31", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "0000-01-01",
            "2026/11/30", "+026-11-30", "2026-11-30x", "２026-11-30",
        ] {
            #expect(throws: PreferenceError.date(text)) { try Day(text) }
        }
    }

    private func space(_ count: Int) throws -> ConceptSpace {
        var random = SplitMix64(seed: 4)
        return try ConceptSpace(
            Matrix(rows: count, columns: 8, values: (0..<count * 8).map { _ in random.normal() }))
    }

    @Test("the same day has the same word, other seeds have others, and nothing excluded comes")
    func picks() throws {
        let space = try space(100)
        let preference = try Preference(
            liked: [try Opinion(3, name: "a", in: space), try Opinion(4, name: "b", in: space)],
            disliked: [try Opinion(9, name: "c", in: space)])
        let best = Set(preference.diverse(space, count: 40).map(\.concept))
        var (counts, drawn, differing) = ([Int](repeating: 0, count: 100), 0, 0)
        for number in 0..<300 {
            let pick = try DailyPick.choose(
                Day(number: number), seed: 7, preference: preference, space, without: [])
            #expect(
                try DailyPick.choose(Day(number: number), seed: 7, preference: preference, space, without: []) == pick)
            let other = try DailyPick.choose(
                Day(number: number), seed: 8, preference: preference, space, without: [])
            if other != pick { differing += 1 }
            #expect(![3, 4, 9].contains(pick.concept))
            if pick.fit == nil { drawn += 1 } else { #expect(best.contains(pick.concept)) }
            counts[pick.concept] += 1
            let rest = try DailyPick.choose(
                Day(number: number), seed: 7, preference: preference, space, without: [pick.concept])
            #expect(rest.concept != pick.concept)
        }
        // A fifth of 300 days, with a deviation of 7.
        #expect((32...88).contains(drawn) && differing > 250)
        // Each of the 40 has 6 days in the mean.
        #expect(best.count { counts[$0] > 0 } > 36)
    }

    @Test("the last word is found, and then there is none")
    func exhausted() throws {
        let space = try space(20)
        let preference = try Preference(liked: [try Opinion(0, name: "a", in: space)], disliked: [])
        for number in 0..<10 {
            let pick = try DailyPick.choose(
                Day(number: number), seed: 1, preference: preference, space, without: Set(1..<19))
            #expect(pick.concept == 19)
            for preference in [preference, nil] {
                #expect(throws: PreferenceError.exhausted(day: "\(Day(number: number))", count: 20)) {
                    try DailyPick.choose(
                        Day(number: number), seed: 1, preference: preference, space, without: Set(0..<20))
                }
            }
        }
    }
}

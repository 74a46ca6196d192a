import AnnealFormats
import AnnealPlatform
import AnnealTokens
import Foundation
import TestSupport
import Testing

@testable import AnnealTraining

/// What a lexicon and a thesaurus do to the tokens' directions, against the sums written out in double precision.
@Suite struct RetrofittingTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static func unit(_ row: [Double]) -> [Double] {
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? row.map { $0 / length } : row
    }

    private static func random(rows: Int, seed: UInt64) -> Matrix {
        var random = SplitMix64(seed: seed)
        let matrix = Matrix(rows: rows, columns: 32)
        for (index, value) in random.floats(rows * 32).enumerated() { matrix.storage[index] = value }
        return matrix
    }

    private static func constants(_ tokens: Int) -> TrainedConstants {
        TrainedConstants(dimension: 32, frequency: (1...tokens).map { 0.1 / Double($0) }, seed: 1)
    }

    /// Lengths stay, directions turn; a row of zeros leaves a token as it is, and a token without a direction stays without.
    @Test func turningKeepsLengths() {
        let constants = Self.constants(4)
        constants.tokens.row(2).update(repeating: 0, count: 32)
        let shift = Self.random(rows: 4, seed: 8)
        shift.row(3).update(repeating: 0, count: 32)
        let before = ReferenceLoss.rows(constants.tokens)
        constants.turn(by: shift)
        let after = ReferenceLoss.rows(constants.tokens)
        for token in 0..<2 {
            let row = Array(before[token][..<32])
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let turned = Self.unit(zip(Self.unit(row), ReferenceLoss.rows(shift)[token]).map { $0 + $1 })
            for index in 0..<32 { #expect(abs(after[token][index] - length * turned[index]) < 1e-6) }
            #expect(after[token][32...] == before[token][32...])
        }
        #expect(after[2] == before[2] && after[3] == before[3])
    }

    @Test func lexiconAddsItsShare() {
        let vectors = Self.random(rows: 5, seed: 9)
        vectors.row(3).update(repeating: 0, count: 32)
        let shift = Self.random(rows: 5, seed: 10)
        let before = ReferenceLoss.rows(shift)
        let lexicon = Lexicon(vectors: vectors)
        #expect(lexicon.count == 4)
        lexicon.add(to: shift, share: 0.25)
        for (token, row) in ReferenceLoss.rows(shift).enumerated() {
            for index in 0..<32 {
                #expect(abs(row[index] - before[token][index] - 0.25 * Double(vectors.row(token)[index])) < 1e-6)
            }
        }
    }

    /// Neighbours count by their directions, not by their lengths, and those without a direction not at all.
    @Test func thesaurusAddsItsShare() {
        let constants = Self.constants(6)
        for index in 0..<32 { constants.tokens.row(1)[index] *= 7 }
        constants.tokens.row(4).update(repeating: 0, count: 32)
        let lists: [[(token: UInt32, weight: Float)]] = [
            [(1, 1.5), (2, -0.75), (4, 3)], [(0, 0.25)], [], [(4, 1)], [(0, 1), (5, 2)], [(1, 1), (1, -1)],
        ]
        let shift = Self.random(rows: 6, seed: 11)
        let before = ReferenceLoss.rows(shift)
        let thesaurus = Thesaurus(lists, digest: "")
        #expect(thesaurus.count == 5)
        thesaurus.add(to: shift, share: 0.3, directionsOf: constants)
        let tokens = ReferenceLoss.rows(constants.tokens).map { Self.unit(Array($0[..<32])) }
        for (token, row) in ReferenceLoss.rows(shift).enumerated() {
            var sum = [Double](repeating: 0, count: 32)
            for (other, weight) in lists[token] {
                for index in 0..<32 { sum[index] += Double(weight) * tokens[Int(other)][index] }
            }
            // What cancels out has no direction.
            let added = token == 5 ? [Double](repeating: 0, count: 32) : Self.unit(sum)
            for index in 0..<32 { #expect(abs(row[index] - before[token][index] - 0.3 * added[index]) < 1e-5) }
        }
    }

    @Test(arguments: [
        ("", "none among 0"), ("river\tcandle\n", "river"), ("river\tcandle\t0.5\nriver\tcandle\t\n", "line 2"),
        ("river\tcandle\tnan\n", "line 1"), ("river\tcandle\tinf", "line 1"), ("river\t\t1\n", "line 1"),
        ("river candle 1\n", "line 1"), ("river\tcandle\t1\t2\n", "line 1"),
        ("new york\tturn off\t1\n", "none among 1"),
        ("river\triver\t1\n", "none among 1"), ("\u{0}\u{1}\n", "line 1"),
    ])
    func malformedThesaurusIsRefused(_ text: String, _ said: String) throws {
        let url = try #require(
            Bundle.module.url(forResource: "unigram-folded", withExtension: "model", subdirectory: "Fixtures"))
        let tokenizer = try Data(contentsOf: url).withUnsafeBytes { try Tokenizer(model: $0) }
        let path = workspace.file("thesaurus.tsv")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: TrainError.self) {
            try Thesaurus(path: path, tokenizer: tokenizer, threads: 1)
        }
        #expect(error?.description.contains(said) == true, "\(error?.description ?? "")")
        #expect(throws: TrainError.self) {
            try Thesaurus(path: workspace.file("missing"), tokenizer: tokenizer, threads: 1)
        }
    }
}

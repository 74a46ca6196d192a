import Anneal
import AnnealCodes
import AnnealFormats
import AnnealMachine
import AnnealModel
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealTokens
import Foundation
import TestSupport
import Testing

@testable import AnnealTraining

@Suite struct ModelExportTests {
    private let bytes: [UInt8]
    private let tokenizer: Tokenizer

    init() throws {
        let url = try #require(
            Bundle.module.url(forResource: "unigram-folded", withExtension: "model", subdirectory: "Fixtures"))
        bytes = [UInt8](try Data(contentsOf: url))
        tokenizer = try bytes.withUnsafeBytes { (model) throws(TokenizerError) in try Tokenizer(model: model) }
    }

    /// The engine's integers agree with training's floats, whatever the rules do: attach, shift, absorb, gather.
    @Test func engineAgreesWithTraining() throws {
        let count = tokenizer.pieceCount
        var random = SplitMix64(seed: 20)
        let constants = TrainedConstants(
            dimension: 64, frequency: (0..<count).map { 1 / Double($0 + 10) }, seed: 3)
        for token in 0..<count {
            for (index, value) in random.floats(64).enumerated() { constants.tokens.row(token)[index] = value }
        }
        for (index, value) in random.floats(PlaceRows.count * PlaceGains.width).enumerated() {
            constants.places.storage[index] = 0.2 * value
        }
        // Every tenth text has more tokens than those whose keys are only divided by a root.
        let texts = (0..<60).map { text in
            (0..<(text % 10 == 0 ? 50 : 8)).map { _ in
                ["turn", "the", "light", "off", "not", "a", "good", "house"].randomElement(using: &random)!
            }
            .joined(separator: " ")
        }
        var encoder = TokenEncoder(tokenizer)
        let encoded = texts.map { encoder.encode($0) }
        let corpus = TokenizedCorpus(
            ids: encoded.flatMap { $0 }, offsets: encoded.reduce(into: [0]) { $0.append($0.last! + $1.count) })
        let rules = makeRules(corpus, &random)
        constants.phrases = rules.constants
        let rewritten = try RuleFirings.rewrite(corpus, rules: rules, tokenCount: count, threads: 2)
        #expect(Set(rewritten.opcodes).count >= 4)
        // Some items have two constants.
        #expect(rewritten.ids.contains(RewrittenCorpus.none))
        let expected = ForwardPass(constants: constants, kernel: .fastest).vectors(of: rewritten, threads: 2)
        let export = ModelExport(
            constants: constants, rules: rules, tokenizer: tokenizer, tokenizerBytes: bytes)
        let weights = CriticWeights(phrases: CriticWeights.Phrases(r: 0.5, rx: -1, rr: 0.25), gains: nil)
        let model = try Model(bytes: ModelWriter.encode(export.parts(metadata: Metadata(), critic: weights)))
        #expect(model.critic.map(Array.init) == [32_768, -65_536, 16_384])
        // What it does to gains is in steps of their index.
        let both = export.parts(
            metadata: Metadata(),
            critic: CriticWeights(
                phrases: weights.phrases, gains: GainWeights(agreement: -1, length: 0.5, share: 0, constant: 1e9)))
        let steps = try #require(both.critic?.suffix(4)).map { Double($0) / 65_536 }
        #expect(steps[0] == -PlaceOffsets(constants).steps && steps[1] == -steps[0] / 2)
        #expect(steps[2] == 0 && steps[3] > 32_767)
        let engine = try Engine(model: model)
        for (text, vector) in try engine.embed(texts).enumerated() {
            var (product, squares) = (0.0, 0.0)
            for index in 0..<64 {
                product += Double(vector[index]) * Double(expected.row(text)[index])
                squares += Double(expected.row(text)[index]) * Double(expected.row(text)[index])
            }
            // Constants of phrases have four bits, which is 1.5 % of their energy, and here they are as long as tokens.
            #expect(product / squares.squareRoot() > 0.996)
        }
    }

    /// Where the gains leave room for no more than e, in long texts and in their further windows.
    @Test func placesAgreeWithTraining() throws {
        let count = tokenizer.pieceCount
        var random = SplitMix64(seed: 23)
        let constants = TrainedConstants(dimension: 64, frequency: (0..<count).map { 1 / Double($0 + 10) }, seed: 3)
        for token in 0..<count {
            for (index, value) in random.floats(64).enumerated() { constants.tokens.row(token)[index] = value }
        }
        for row in 0..<PlaceRows.count {
            for place in 0..<PlaceGains.width {
                constants.places.row(row)[place] = 1.2 * CMath.exp(-Float(place) / 14) + 0.01 * Float(row)
            }
        }
        let export = ModelExport(
            constants: constants, rules: RuleSet(rules: [], constants: constants.phrases), tokenizer: tokenizer,
            tokenizerBytes: bytes)
        let parts = export.parts(metadata: Metadata(), critic: nil)
        let context = try #require(parts.context)
        #expect(context.places.count == PlaceRows.count * PlaceGains.width && context.places.max() == 0)
        #expect(context.tanhTable.max()! < 255 && context.places.min()! < -40)
        let words = ["turn", "the", "light", "off", "not", "a", "good", "house"]
        let texts = [1, 2, 7, 16, 17, 30, 64, 65, 200, 256, 260, 700].map { length in
            (0..<length).map { _ in words.randomElement(using: &random)! }.joined(separator: " ")
        }
        var encoder = TokenEncoder(tokenizer)
        let forward = ForwardPass(constants: constants, kernel: .fastest)
        let model = try Model(bytes: ModelWriter.encode(parts))
        #expect(model.parts == parts)
        let engine = try Engine(model: model)
        for text in texts {
            let ids = encoder.encode(text)
            let starts = Array(stride(from: 0, to: ids.count, by: 256))
            let windows = forward.vectors(
                of: RewrittenCorpus(TokenizedCorpus(ids: ids, offsets: starts + [ids.count])), origin: starts,
                threads: 1)
            var expected = [Double](repeating: 0, count: 64)
            for window in 0..<windows.rows {
                for index in 0..<64 { expected[index] += Double(windows.row(window)[index]) }
            }
            let vector = try engine.embed([text])[0]
            var (product, squares) = (0.0, 0.0)
            for index in 0..<64 {
                product += Double(vector[index]) * expected[index]
                squares += expected[index] * expected[index]
            }
            #expect(product / squares.squareRoot() > 0.9995, "\(ids.count) tokens")
        }
        // Without places the model says so by having none.
        constants.places.storage.update(repeating: 0, count: PlaceRows.count * PlaceGains.width)
        let plain = export.parts(metadata: Metadata(), critic: nil)
        #expect(plain.context?.places == [] && plain.context?.placeRows == [] && plain.gainTable[255] == 11134)
    }

    /// Rules of every kind over pairs that occur.
    private func makeRules(_ corpus: TokenizedCorpus, _ random: inout SplitMix64) -> RuleSet {
        var pairs: [[UInt32]] = []
        for text in 0..<corpus.count {
            let ids = Array(corpus[text])
            for (index, distance) in ids.indices.flatMap({ [($0, 1), ($0, 2)] }) where index + distance < ids.endIndex {
                let pair = [ids[index], ids[index + distance], UInt32(distance)]
                if !pairs.contains(pair) { pairs.append(pair) }
            }
        }
        let constants = Matrix(rows: pairs.count, columns: 64)
        var rules: [Rule] = []
        for (row, pair) in pairs.enumerated() {
            for (index, value) in random.floats(64).enumerated() { constants.row(row)[index] = value }
            let atoms: Quad<Atom> = [
                Atom(.token(pair[0]), opcodes: row % 3 == 0 ? .matchable : .bare),
                Atom(.token(pair[1]), opcodes: row % 3 == 0 ? .phraseable : .bare, distanceMin: UInt8(pair[2])),
            ]
            let updates: Quad<Update> =
                switch row % 3 {
                case 0: [Update(source: 0), Update(source: 1, opcode: .phrase, operand2: UInt32(row))]
                case 1: [Update(source: 0), Update(source: 1, opcode: .shift, operand2: UInt32(row))]
                default: [Update(source: 0, opcode: .skip), Update(source: 1, opcode: .replace, operand2: UInt32(row))]
                }
            rules.append(Rule(atoms: atoms, updates: updates, confidence: Int32(1000 - row)))
        }
        return RuleSet(rules: rules, constants: constants)
    }

    @Test func rowsKeepTheirDirection() {
        var random = SplitMix64(seed: 21)
        for magnitude: Float in [1e-4, 0.1, 3, 200] {
            let row = random.floats(64).map { $0 * magnitude }
            let quantizer = RowQuantizer(top: row.map(abs).max()!)
            var bytes = [Int8](repeating: 0, count: 64)
            let scale = quantizer.quantize(row, count: 64, into: &bytes)
            #expect((1...Int16(RowQuantizer.scaleLimit)).contains(scale))
            for index in 0..<64 {
                let value = Double(scale) * Double(bytes[index]) / Double(UInt64(1) << UInt64(quantizer.exponent))
                #expect(abs(value - Double(row[index])) <= Double(magnitude) / 127)
            }
        }
    }

    /// Against every whole scale: the one that is found leaves hardly more than the best.
    @Test func packedRowsAreNearlyTheBest() {
        var random = SplitMix64(seed: 22)
        for magnitude: Float in [1e-4, 0.1, 3, 200] {
            // Sums of several are as uneven as learned rows.
            let draws = (0..<4).map { _ in random.floats(64) }
            let row = (0..<64).map { index in magnitude * draws.reduce(0) { $0 + $1[index] * $1[index] * $1[index] } }
            let quantizer = RowQuantizer(top: 2 * row.map(abs).max()!)
            let unit = Double(UInt64(1) << UInt64(quantizer.exponent))
            func error(_ scale: Int) -> Double {
                let size = 16 * Double(scale) / unit
                return row.reduce(0) { sum, value in
                    let rest = Double(value) - size * max(-7, min(7, (Double(value) / size).rounded()))
                    return sum + rest * rest
                }
            }
            var bytes = [Int8](repeating: 1, count: 64)
            let scale = quantizer.quantizePacked(row, count: 64, into: &bytes)
            #expect(bytes.allSatisfy { $0 % 16 == 0 && abs(Int($0)) <= 112 })
            let found = zip(row, bytes).reduce(0.0) { sum, pair in
                let rest = Double(pair.0) - Double(scale) * Double(pair.1) / unit
                return sum + rest * rest
            }
            let best = (1...RowQuantizer.scaleLimit).lazy.map(error).min()!
            #expect(found <= 1.1 * best)
            #expect(found < 0.05 * row.reduce(0) { $0 + Double($1) * Double($1) })
        }
        var zero = [Int8](repeating: 1, count: 32)
        #expect(RowQuantizer(top: 1).quantizePacked([Float](repeating: 0, count: 32), count: 32, into: &zero) >= 1)
        #expect(zero.allSatisfy { $0 == 0 })
    }
}

import AnnealFormats
import AnnealPlatform
import AnnealProgram
import TestSupport
import Testing

@testable import AnnealTraining

@Suite struct CriticFitTests {
    /// Constants that point to the teacher help and those that point away harm: what the critic must learn to tell by
    /// their agreement with the tokens, as the teacher agrees with these.
    @Test func tellsHarmFromHelp() throws {
        let fit = try fit(isConfirmed: true)
        #expect(fit.correlation > 0.5)
        #expect(fit.refusedShare > 0.05)
        #expect(fit.refusedBenefit < 0 && fit.refusedBenefit < fit.benefit)
    }

    /// What harms on one half of the texts and helps on the other is not refused.
    @Test func harmMustBeConfirmed() throws {
        let fit = try fit(isConfirmed: false)
        #expect(fit.refusedShare == 0 && fit.refusedBenefit == 0)
    }

    private func fit(isConfirmed: Bool) throws -> CriticFit {
        var random = SplitMix64(seed: 22)
        let constants = TrainedConstants(dimension: 32, frequency: [0.5, 0.5], seed: 1)
        for token in 0..<2 {
            for (index, value) in random.floats(32).enumerated() { constants.tokens.row(token)[index] = value }
        }
        let count = 400
        constants.phrases = Matrix(rows: count, columns: 32)
        let targets = Matrix(rows: count, columns: 32)
        var ids: [UInt32] = []
        var rows: [UInt32] = []
        for text in 0..<count {
            let token = text % 2
            ids += [UInt32(token)]
            rows += [UInt32(text)]
            let direction = constants.tokens.row(token)
            let side: Float = text % 5 == 0 ? -0.4 : 0.2
            // The teacher turns with the constant.
            let turn: Float = side < 0 && text >= count / 2 && !isConfirmed ? -1 : 1
            let noise = random.floats(32)
            for index in 0..<32 {
                constants.phrases.row(text)[index] = side * direction[index] + 0.1 * noise[index]
                targets.row(text)[index] = turn * direction[index] + 0.3 * random.floats(1)[0]
            }
            let norm = (0..<32).reduce(Float(0)) { $0 + targets.row(text)[$1] * targets.row(text)[$1] }.squareRoot()
            for index in 0..<32 { targets.row(text)[index] /= norm }
        }
        let offsets = Array(0...count)
        let rewritten = RewrittenCorpus(
            ids: ids, opcodes: [UInt8](repeating: Opcode.phrase.rawValue, count: count), rows: rows, offsets: offsets)
        return try #require(
            CriticFit(
                constants, plain: TokenizedCorpus(ids: ids, offsets: offsets), rewritten: rewritten, targets: targets,
                threads: 2))
    }

    @Test func tooFewTextsGiveNoCritic() {
        let small = SmallCase(seed: 23, texts: 3)
        let plain = TokenizedCorpus(ids: small.set.corpus.ids, offsets: small.set.corpus.offsets)
        #expect(
            CriticFit(
                small.constants, plain: plain, rewritten: small.set.corpus, targets: small.set.targets, threads: 1)
                == nil
        )
    }
}

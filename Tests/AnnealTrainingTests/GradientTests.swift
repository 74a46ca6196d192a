import AnnealFormats
import Testing

@testable import AnnealTraining

@Suite struct GradientTests {
    /// Every number of every row, against the central difference of the reference's loss.
    @Test(arguments: [0.0, 3.0])
    func gradientsAreTheLossesSlopes(_ structure: Double) {
        let small = SmallCase(seed: 5)
        // Parts of 4 of 10 texts: whole ones and a rest.
        let settings = StageSettings(epochs: 1, batch: 16, structure: structure, part: 4)
        let trainer = ConstantTrainer(small.constants, small.set, settings: settings, threads: 1)
        let texts = Array(0..<small.set.corpus.count)
        let (loss, tokens, phrases, places) = trainer.lossAndGradients(of: texts)
        var reference = ReferenceLoss(small.constants, structure: structure, part: 4)
        #expect(abs(loss - reference.loss(small.set, texts)) < 1e-5)
        /// Compares one number's slope; whether the loss hangs on it at all.
        func check(_ table: WritableKeyPath<ReferenceLoss, [[Double]]>, _ found: Matrix, _ row: Int, _ column: Int)
            -> Bool
        {
            let step = 1e-5
            let value = reference[keyPath: table][row][column]
            reference[keyPath: table][row][column] = value + step
            let above = reference.loss(small.set, texts)
            reference[keyPath: table][row][column] = value - step
            let below = reference.loss(small.set, texts)
            reference[keyPath: table][row][column] = value
            #expect(abs(Double(found.row(row)[column]) - (above - below) / (2 * step)) < 2e-5)
            return above != below
        }
        for row in 0..<reference.tokens.count {
            for column in stride(from: row % 3, to: small.constants.weightOffset + 1, by: 3) {
                _ = check(\.tokens, tokens, row, column)
            }
        }
        for row in 0..<reference.phrases.count {
            for column in 0..<32 { _ = check(\.phrases, phrases, row, column) }
        }
        var used = 0
        for row in 0..<reference.places.count {
            for column in 0..<64 { used += check(\.places, places, row, column) ? 1 : 0 }
        }
        #expect(used > 20)
    }

    @Test func forwardPassAgreesWithTheReference() {
        let small = SmallCase(seed: 6, texts: 30)
        let vectors = ForwardPass(constants: small.constants, kernel: .fastest, context: .fitting)
            .vectors(of: small.set.corpus, threads: 2)
        let reference = ReferenceLoss(small.constants, structure: 0, part: 1)
        for text in 0..<30 {
            for (index, value) in reference.vector(small.set.corpus, text).enumerated() {
                #expect(abs(Double(vectors.row(text)[index]) - value) < 1e-5)
            }
        }
    }
}

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

    /// The ridge draws to zero, or to the anchors where there are some, as much as they are away.
    @Test func ridgeDrawsToTheAnchors() {
        let small = SmallCase(seed: 7)
        let texts = Array(0..<small.set.corpus.count)
        func gradients(_ ridge: Double, _ anchors: (tokens: Matrix, phrases: Matrix)?) -> (
            tokens: Matrix, phrases: Matrix
        ) {
            small.constants.anchors = anchors
            let settings = StageSettings(epochs: 1, batch: 16, structure: 0, part: 4, ridge: ridge)
            let found = ConstantTrainer(small.constants, small.set, settings: settings, threads: 1)
                .lossAndGradients(of: texts)
            return (found.tokens, found.phrases)
        }
        let none = gradients(0, nil)
        let zero = gradients(8, nil)
        let there = gradients(8, (small.constants.tokens.copy(), small.constants.phrases.copy()))
        let double = (small.constants.tokens.copy(), small.constants.phrases.copy())
        for matrix in [double.0, double.1] {
            for index in 0..<matrix.rows * matrix.columns { matrix.storage[index] *= 2 }
        }
        let beyond = gradients(8, double)
        var drawn: Float = 0
        for table in [\(tokens: Matrix, phrases: Matrix).tokens, \.phrases] {
            for row in 0..<none[keyPath: table].rows {
                for column in 0..<32 {
                    let at = { (found: (tokens: Matrix, phrases: Matrix)) in found[keyPath: table].row(row)[column] }
                    let error = 1e-4 * max(0.1, abs(at(zero) - at(none)))
                    #expect(abs(at(there) - at(none)) < error)
                    #expect(abs(at(beyond) + at(zero) - 2 * at(none)) < error)
                    drawn += abs(at(zero) - at(none))
                }
            }
        }
        #expect(drawn > 0.01)
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

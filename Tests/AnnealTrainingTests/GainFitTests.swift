import AnnealFormats
import AnnealMachine
import AnnealPlatform
import AnnealProgram
import TestSupport
import Testing

@testable import AnnealTraining

@Suite struct GainFitTests {
    private let planted = [-0.6, 0.05, -0.4, 0.3]

    /// Where the teacher is the model with its gains set by some weights, those are found.
    @Test func plantedWeightsAreFound() throws {
        let small = SmallCase(seed: 41, texts: 600, tokens: 60, phrases: 20)
        let targets = try vectors(small, planted)
        let found = GainFit(small.constants, small.set.corpus, targets: targets, threads: 2)
        let fit = try #require(found, "the planted weights win more than nothing")
        #expect(fit.gain > 1e-4)
        // A factor that all tokens have only counts beside constants, and the other weights make up for one another.
        let moved = try vectors(small, fit.weights)
        for text in 0..<small.set.corpus.count {
            #expect(dot(moved.row(text), targets.row(text), 32, .fastest) > 0.999)
        }
        let alone = GainFit(small.constants, small.set.corpus, targets: targets, threads: 1)?.weights
        #expect(alone == fit.weights)
    }

    /// Where nothing is to be won, nothing is learned: the teacher is the model as it is, or says nothing of it.
    @Test func nothingToWin() throws {
        let small = SmallCase(seed: 42, texts: 300, tokens: 60, phrases: 20)
        let same = try vectors(small, [0, 0, 0, 0])
        let nothing = GainFit(small.constants, small.set.corpus, targets: same, threads: 2)?.weights
        #expect(nothing == nil)
        let one = SmallCase(seed: 43, texts: 1)
        let ofOne = GainFit(one.constants, one.set.corpus, targets: one.set.targets, threads: 2)?.weights
        #expect(ofOne == nil)
    }

    @Test func withoutGainsThereIsNoFit() throws {
        let small = SmallCase(seed: 44, texts: 300, tokens: 60, phrases: 20)
        let constants = TrainedConstants(
            dimension: 32, frequency: [Double](repeating: 0.01, count: 60), hasGains: false, seed: 1)
        constants.phrases = small.constants.phrases
        let found = GainFit(constants, small.set.corpus, targets: small.set.targets, threads: 2)?.weights
        #expect(found == nil)
    }

    /// The unit vectors with gains set by some weights, said in the plainest way: every part is written out.
    private func vectors(_ small: SmallCase, _ weights: [Double]) throws -> Matrix {
        let corpus = small.set.corpus
        let constants = small.constants
        let forward = ForwardPass(constants: constants, kernel: .fastest)
        let whole = forward.vectors(of: corpus, threads: 1)
        let result = Matrix(rows: corpus.count, columns: 32)
        for text in 0..<corpus.count {
            let range = corpus.offsets[text]..<corpus.offsets[text + 1]
            let parts = parts(corpus, range, forward)
            let sum = (0..<32).map { Double(whole.row(text)[$0]) }
            var moved = sum
            for part in parts {
                let found = PartFeatures(part: product(part, part), along: product(part, sum), whole: product(sum, sum))
                guard let found else { continue }
                let exponent =
                    weights[0] * found.agreement + weights[1] * found.length + weights[2] * found.share + weights[3]
                for index in 0..<32 { moved[index] += (CMath.exp(exponent) - 1) * part[index] }
            }
            let norm = product(moved, moved).squareRoot()
            for index in 0..<32 { result.row(text)[index] = Float(moved[index] / norm) }
        }
        return result
    }

    /// What each token that has a gain of its own adds.
    private func parts(_ corpus: RewrittenCorpus, _ range: Range<Int>, _ forward: ForwardPass) -> [[Double]] {
        let limit = RewrittenCorpus.itemLimit
        var gain = [Float](repeating: 0, count: limit)
        var squashed = [Float](repeating: 0, count: limit)
        var place = [UInt32](repeating: 0, count: limit)
        var keySum = [Float](repeating: 0, count: TrainedConstants.codeWidth)
        var sum = [Float](repeating: 0, count: 32)
        var parts: [[Double]] = []
        corpus.withItems { items in
            let items = items.advanced(by: range.lowerBound)
            forward.run(
                items, count: range.count, keySum: &keySum, gain: &gain, squashed: &squashed, place: &place, sum: &sum)
            let kinds: [Opcode] = [.accumulate, .gain, .phrase]
            for item in 0..<range.count where gain[item] > 0 && kinds.map(\.rawValue).contains(items.opcodes[item]) {
                let row = forward.constants.tokens.row(Int(items.tokens[item]))
                parts.append((0..<32).map { Double(gain[item]) * Double(row[$0]) })
            }
        }
        return parts
    }

    private func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}

@Suite struct LinearSystemTests {
    @Test func solvesWhatHasASolution() throws {
        var random = SplitMix64(seed: 45)
        for count in 1...6 {
            let matrix = (0..<count).map { _ in random.floats(count).map { Double($0) } }
            let wanted = random.floats(count).map { Double($0) }
            let rows = matrix.map { $0 + [zip($0, wanted).reduce(0) { $0 + $1.0 * $1.1 }] }
            let found = try #require(LinearSystem.solve(rows))
            #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        #expect(LinearSystem.solve([[1, 2, 3], [2, 4, 6]]) == nil)
    }
}

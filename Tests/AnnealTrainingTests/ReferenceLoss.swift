import AnnealFormats
import AnnealProgram

@testable import AnnealTraining

/// The loss of a batch as the documents state it, in double precision, item by item. Slow and obvious.
struct ReferenceLoss {
    var dimension: Int
    var keyOffset: Int
    /// Rows of the tokens and of the constants, as ``TrainedConstants`` lays them out.
    var tokens: [[Double]]
    var phrases: [[Double]]
    var places: [[Double]]
    let structure: Double
    let part: Int

    init(_ constants: TrainedConstants, structure: Double, part: Int) {
        dimension = constants.dimension
        keyOffset = constants.keyOffset
        tokens = ReferenceLoss.rows(constants.tokens)
        phrases = ReferenceLoss.rows(constants.phrases)
        places = ReferenceLoss.rows(constants.places)
        self.structure = structure
        self.part = part
    }

    static func rows(_ matrix: Matrix) -> [[Double]] {
        (0..<matrix.rows).map { row in (0..<matrix.columns).map { Double(matrix.row(row)[$0]) } }
    }

    /// The sum of a text.
    func vector(_ corpus: RewrittenCorpus, _ text: Int) -> [Double] {
        let items = corpus.offsets[text]..<corpus.offsets[text + 1]
        let live = items.filter {
            Opcode(rawValue: corpus.opcodes[$0]) != .skip && corpus.ids[$0] != RewrittenCorpus.none
        }
        var sum = [Double](repeating: 0, count: dimension)
        for item in items where corpus.ids[item] == RewrittenCorpus.none {
            for k in 0..<dimension { sum[k] += phrases[Int(corpus.rows[item])][k] }
        }
        for item in live {
            let token = tokens[Int(corpus.ids[item])]
            let constant = corpus.rows[item] == RewrittenCorpus.none ? nil : phrases[Int(corpus.rows[item])]
            var agreement = 0.0
            for other in live where other != item {
                for k in 0..<32 {
                    agreement += token[keyOffset + 32 + k] * tokens[Int(corpus.ids[other])][keyOffset + k]
                }
            }
            let before = items.filter { $0 < item && corpus.ids[$0] != RewrittenCorpus.none }.count
            let length = max(live.count, before + 1)
            let place = places[PlaceRows.row(of: length)][length <= 16 ? 0 : min(before, 63)]
            let given = ReferenceLoss.exp(
                ReferenceLoss.tanh(agreement / Double(live.count).squareRoot()) + place)
            let gain = ReferenceLoss.exp(token[keyOffset + 64]) * given
            for k in 0..<dimension {
                switch Opcode(rawValue: corpus.opcodes[item])! {
                case .accumulate, .gain: sum[k] += gain * token[k]
                case .phrase: sum[k] += gain * token[k] + constant![k]
                case .replace: sum[k] += constant![k]
                case .shift: sum[k] += gain * token[k] + given * constant![k]
                case .skip, .push, .merge: break
                }
            }
        }
        return sum
    }

    func loss(_ set: TrainingSet, _ texts: [Int]) -> Double {
        let vectors = texts.map { text -> [Double] in
            let sum = vector(set.corpus, text)
            let norm = dot(sum, sum).squareRoot()
            return sum.map { $0 / norm }
        }
        let targets = texts.map { text in (0..<dimension).map { Double(set.targets.row(text)[$0]) } }
        var loss = 0.0
        for (vector, target) in zip(vectors, targets) { loss += (1 - dot(vector, target)) / Double(texts.count) }
        for start in stride(from: 0, to: texts.count, by: part) {
            let end = min(texts.count, start + part)
            let size = Double(end - start)
            var squares = 0.0
            for i in start..<end {
                for j in start..<end {
                    let difference = dot(vectors[i], vectors[j]) - dot(targets[i], targets[j])
                    squares += difference * difference
                }
            }
            loss += structure * squares / (size * size) * size / Double(texts.count)
        }
        return loss
    }

    private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

    /// Series and identities instead of the C library, so that the reference shares nothing with what it checks.
    static func exp(_ x: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for k in 1..<40 {
            term *= x / 16 / Double(k)
            sum += term
        }
        for _ in 0..<4 { sum *= sum }
        return sum
    }

    static func tanh(_ x: Double) -> Double { 1 - 2 / (exp(2 * x) + 1) }
}

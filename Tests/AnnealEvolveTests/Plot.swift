import AnnealFormats
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealTraining

@testable import AnnealEvolution

/// Random texts with residuals into which the constants of some patterns were planted: evolution has something to find.
struct Plot {
    static let tokenCount = 40
    static let dimension = 16

    var random: SplitMix64
    var corpus: TokenizedCorpus
    var residuals: Matrix
    var weights: [Float]
    var gains: [Float]
    let vectors: Matrix

    /// - Parameter planted: patterns and constants; each firing leaves its constant in the residual.
    init(
        seed: UInt64, texts: Int = 300, planted: [(genome: Genome, constant: [Float])] = [], noise: Float = 0.02
    ) {
        random = SplitMix64(seed: seed, stream: 0)
        var ids: [UInt32] = []
        var offsets = [0]
        for _ in 0..<texts {
            // Squared, so that some tokens are frequent and some are rare.
            for _ in 0..<random.below(14) {
                ids.append(UInt32(random.below(Plot.tokenCount) * random.below(Plot.tokenCount) / Plot.tokenCount))
            }
            offsets.append(ids.count)
        }
        corpus = TokenizedCorpus(ids: ids, offsets: offsets)
        residuals = Matrix(rows: texts, columns: Plot.dimension)
        weights = []
        gains = []
        for _ in 0..<texts { weights.append(0.5 + Plot.unit(&random)) }
        for _ in ids { gains.append(0.5 + Plot.unit(&random)) }
        for index in 0..<texts * Plot.dimension { residuals.storage[index] = noise * (Plot.unit(&random) - 0.5) }
        vectors = Matrix(rows: Plot.tokenCount, columns: Plot.dimension)
        for index in 0..<Plot.tokenCount * Plot.dimension { vectors.storage[index] = Plot.unit(&random) - 0.5 }
        let evolving = EvolvingTexts(input, tokens: TokenKnowledge(count: Plot.tokenCount))
        var matcher = SiteMatcher(evolving)
        for plant in planted {
            matcher.find(plant.genome, in: 0..<texts)
            for site in matcher.sites {
                let text = Int(evolving.textOf[Int(site)])
                for column in 0..<Plot.dimension {
                    residuals.row(text)[column] += weights[text] * plant.constant[column]
                }
            }
        }
    }

    static func unit(_ random: inout SplitMix64) -> Float { Float(random.next() >> 40) * 0x1p-24 }

    /// A random vector of about the given length.
    static func constant(_ random: inout SplitMix64, length: Float = 0.5) -> [Float] {
        (0..<dimension).map { _ in (unit(&random) - 0.5) * length }
    }

    /// A copy for evolution to consume.
    var input: EvolutionTexts {
        EvolutionTexts(corpus: corpus, residuals: residuals.copy(), weights: weights, gains: gains)
    }

    /// Classes by remainders, and the plot's vectors.
    var tokens: TokenKnowledge {
        TokenKnowledge(
            fine: (0..<Plot.tokenCount).map { UInt16($0 % 8) },
            coarse: (0..<Plot.tokenCount).map { $0 == 7 ? TokenKnowledge.noClass : UInt16(8 + $0 % 3) }, fineCount: 8,
            coarseCount: 3, vectors: vectors)
    }

    /// A random valid genome.
    static func genome(_ random: inout SplitMix64, actions: [GenomeAction] = GenomeAction.allCases) -> Genome {
        while true {
            var atoms = Quad<Atom>()
            for index in 0..<2 + random.below(3) {
                let kind: Atom.Kind =
                    switch random.below(6) {
                    case 0: .any
                    case 1, 2: .tokenClass(UInt16(random.below(11)))
                    default: .token(UInt32(random.below(tokenCount) * random.below(tokenCount) / tokenCount))
                    }
                let least = UInt8(1 + random.below(3))
                let condition: OpcodeSet = [.matchable, .bare, OpcodeSet(.phrase)][min(random.below(8), 2)]
                atoms.append(
                    Atom(
                        kind, opcodes: condition, distanceMin: index == 0 ? 1 : least,
                        distanceMax: index == 0 ? 1 : least + UInt8(random.below(3))))
            }
            let target = random.below(atoms.count)
            atoms[target].opcodes = .bare
            let genome = Genome(atoms: atoms, action: actions[random.below(actions.count)], target: target)
            if genome.isValid { return genome }
        }
    }
}

import AnnealFormats
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import TestSupport

@testable import AnnealTraining

/// A few random texts with items of every opcode that training knows, and random constants.
struct SmallCase {
    let constants: TrainedConstants
    let set: TrainingSet

    init(seed: UInt64, texts: Int = 10, tokens: Int = 9, phrases: Int = 5, plain: Bool = false) {
        var random = SplitMix64(seed: seed)
        constants = TrainedConstants(
            dimension: 32, frequency: (0..<tokens).map { Double($0 + 1) / 100 }, seed: seed)
        constants.phrases = Matrix(rows: phrases, columns: 32)
        for row in 0..<tokens {
            for (index, value) in random.floats(96).enumerated() { constants.tokens.row(row)[index] = 0.5 * value }
        }
        for row in 0..<phrases {
            for (index, value) in random.floats(32).enumerated() { constants.phrases.row(row)[index] = 0.3 * value }
        }
        for (index, value) in random.floats(PlaceRows.count * PlaceGains.width).enumerated() {
            constants.places.storage[index] = 0.5 * value
        }
        var ids: [UInt32] = []
        var opcodes: [UInt8] = []
        var rows: [UInt32] = []
        var offsets = [0]
        for text in 0..<texts {
            // The last text is longer than those whose keys are only divided by a square root.
            for item in 0..<(text == texts - 1 ? 40 : Int.random(in: 1...6, using: &random)) {
                ids.append(UInt32.random(in: 0..<UInt32(tokens), using: &random))
                // The first item of a text uses its token, so that no text is without a direction.
                let kinds: [Opcode] =
                    item == 0 || plain ? [.accumulate] : [.accumulate, .gain, .phrase, .replace, .skip, .shift]
                let kind = kinds.randomElement(using: &random)!
                opcodes.append(kind.rawValue)
                let carries = OpcodeSet.withRow.contains(raw: kind.rawValue)
                rows.append(
                    carries ? UInt32.random(in: 0..<UInt32(phrases), using: &random) : RewrittenCorpus.none)
                // A further constant of the same item.
                if kind == .phrase, Bool.random(using: &random) {
                    ids.append(RewrittenCorpus.none)
                    opcodes.append(kind.rawValue)
                    rows.append(UInt32.random(in: 0..<UInt32(phrases), using: &random))
                }
            }
            offsets.append(ids.count)
        }
        let targets = Matrix(rows: texts, columns: 32)
        for text in 0..<texts {
            let values = random.floats(32)
            let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for (index, value) in values.enumerated() { targets.row(text)[index] = value / norm }
        }
        set = TrainingSet(
            corpus: RewrittenCorpus(ids: ids, opcodes: opcodes, rows: rows, offsets: offsets), targets: targets)
    }
}

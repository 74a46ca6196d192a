import AnnealCodes
import AnnealFormats
import AnnealMachine
import AnnealModel
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealTokens
import Foundation

/// Turns learned constants and rules into the parts of a model file.
struct ModelExport {
    /// Entries of the tangent's table that a unit of the agreement spans.
    static let tanhSteps = 512

    let constants: TrainedConstants
    let rules: RuleSet
    let tokenizer: Tokenizer
    let tokenizerBytes: [UInt8]

    /// The parts of the model; the critic, if there is one, as 16.16 integers, what it does to gains in steps of their index.
    /// - Complexity: O(rows · dimension).
    func parts(metadata: Metadata, critic: CriticWeights?) -> ModelParts {
        let dimension = constants.dimension
        let tokenCount = constants.tokenCount
        // No gain may be above e: the places only take away, and what the foremost of them gives, the rows have.
        let places = PlaceOffsets(constants)
        let underGain = CMath.exp(places.greatest)
        var factors = [Float](repeating: 1, count: constants.phrases.rows)
        for update in rules.rules.flatMap(\.updates) where update.opcode == .shift {
            if let row = update.operand2 { factors[Int(row)] = underGain }
        }
        let rowCount = tokenCount + constants.phrases.rows
        let rows = Matrix(rows: rowCount, columns: dimension)
        var top: Float = 0
        for row in 0..<rowCount {
            let target = rows.row(row)
            if row < tokenCount {
                // Control pieces never come from a text.
                if tokenizer.kind(of: UInt32(row)) != .control {
                    let weight = underGain * CMath.exp(constants.logWeight(row))
                    for index in 0..<dimension { target[index] = weight * constants.tokens.row(row)[index] }
                }
            } else {
                let (phrase, factor) = (constants.phrases.row(row - tokenCount), factors[row - tokenCount])
                for index in 0..<dimension { target[index] = factor * phrase[index] }
            }
            for index in 0..<dimension { top = max(top, abs(target[index])) }
        }
        let quantizer = RowQuantizer(top: top)
        var parts = ModelParts()
        parts.metadata = metadata
        parts.tokenizer = tokenizerBytes
        parts.tokenCount = tokenCount
        parts.dimension = dimension
        parts.exponent = Int32(quantizer.exponent)
        parts.rows = [Int8](unsafeUninitializedCapacity: rowCount * dimension) { bytes, count in
            bytes.initialize(repeating: 0)
            for row in 0..<rowCount {
                let target = bytes.baseAddress! + row * dimension
                parts.scales.append(
                    row < tokenCount
                        ? quantizer.quantize(rows.row(row), count: dimension, into: target)
                        : quantizer.quantizePacked(rows.row(row), count: dimension, into: target))
            }
            count = rowCount * dimension
        }
        parts.gainTable = (0..<256).map {
            min(Constants.gainLimit, UInt16((4096 * CMath.exp((Double($0) - 128) / places.steps)).rounded()))
        }
        parts.context = constants.hasGains ? context(places) : nil
        parts.constantNames = names()
        parts.ruleWords = RuleTable.encode(rules.rules(behind: tokenCount))
        parts.ruleCount = rules.rules.count
        parts.critic = critic.map {
            CriticWeights(phrases: $0.phrases, gains: $0.gains?.scaled(by: places.steps)).values
        }
        return parts
    }

    /// Codes as bytes of one step each for keys and queries, and the tables that carry the steps' product.
    private func context(_ places: PlaceOffsets) -> ModelParts.Context {
        let width = TrainedConstants.codeWidth
        var topKey: Float = 1e-12
        var topQuery: Float = 1e-12
        for token in 0..<constants.tokenCount {
            for index in 0..<width {
                topKey = max(topKey, abs(constants.key(token)[index]))
                topQuery = max(topQuery, abs(constants.query(token)[index]))
            }
        }
        var codes: [Int8] = []
        codes.reserveCapacity(constants.tokenCount * 2 * width)
        for token in 0..<constants.tokenCount {
            for index in 0..<width { codes.append(Int8((constants.key(token)[index] / topKey * 127).rounded())) }
            for index in 0..<width { codes.append(Int8((constants.query(token)[index] / topQuery * 127).rounded())) }
        }
        let tanhTable = (0..<ContextCodes.tanhTableCount).map { entry in
            let agreement = Double(entry - ContextCodes.tanhTableCount / 2) / Double(Self.tanhSteps)
            return UInt8(128 + Int((places.steps * CMath.tanh(agreement)).rounded()))
        }
        let unit = Double(topKey / 127) * Double(topQuery / 127) * Double(Self.tanhSteps) * 65_536
        let roots = (0..<ContextCodes.inverseRootCount).map {
            UInt32((unit * ContextScale.embedding.factor(of: $0)).rounded())
        }
        return ModelParts.Context(
            codes: codes, tanhTable: tanhTable, inverseRoots: roots, placeRows: places.rowOfLive,
            places: places.offsets)
    }

    /// A name for each constant: the pieces of the first rule that uses it.
    private func names() -> [String] {
        var names = [String](repeating: "", count: constants.phrases.rows)
        for rule in rules.rules {
            let row = rule.updates.lazy.compactMap(\.operand2).first.map(Int.init)
            guard let row, names[row].isEmpty else { continue }
            var name = ""
            for (index, atom) in rule.atoms.enumerated() {
                if index > 0, atom.distanceMax > 1 { name += "…" }
                switch atom.kind {
                case .token(let token): name += tokenizer.piece(token)
                case .tokenClass(let number): name += "‹\(number)›"
                case .any: name += "*"
                }
            }
            names[row] = name.replacing("▁", with: " ").trimmingCharacters(in: .whitespaces)
        }
        return names
    }
}

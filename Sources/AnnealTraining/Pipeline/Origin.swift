import AnnealFormats
import AnnealMachine
import AnnealModel
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// A model that a run goes on from: its constants as floats, its rules, and what its critic has learned.
///
/// A model has each token's weight in its row. The two are told apart again as a run from nothing begins them, by how often
/// the token is seen; only their product has a meaning, but the steps of training are of a size that suits this split.
struct Origin: Sendable {
    /// The constants as they are in the model. A run changes a copy.
    let constants: TrainedConstants
    /// The rules and their constants; a rule's number is that of its constant.
    let rules: RuleSet
    /// The critic, with what it does to gains in powers of e; nil for a model without.
    let critic: CriticWeights?
    /// What tells the model from others.
    let digest: String
    /// For each pattern its constant.
    private let rowOf: [Quad<Atom>: Int]

    /// - Parameters:
    ///   - tokenizer: of the run, with the pieces of the model's.
    ///   - frequency: of each token, its share of all tokens of the run's texts.
    /// - Throws: ``TrainError`` for a model of another form than training writes.
    /// - Complexity: O(rows · dimension).
    init(_ model: Model, tokenizer: Tokenizer, frequency: [Double]) throws(TrainError) {
        let shape = model.shape
        digest = "\(model.contentHash)"
        func require(_ holds: Bool, _ expected: String, _ found: String) throws(TrainError) {
            if !holds { throw TrainError(place: "the model to go on from", expected: expected, found: found) }
        }
        try require(
            shape.dimension % TrainingKernel.lanes == 0, "dimensions that are a multiple of \(TrainingKernel.lanes)",
            "\(shape.dimension)")
        try require(
            shape.roleCount == 0 && shape.classCount == 0, "no roles and no classes of tokens",
            "\(shape.roleCount) and \(shape.classCount)")
        try require(
            shape.ruleCount == shape.rowCount - shape.tokenCount, "a constant for each rule",
            "\(shape.rowCount - shape.tokenCount) for \(shape.ruleCount) rules")
        try require(
            tokenizer.pieceCount == shape.tokenCount, "a tokenizer of its \(shape.tokenCount) pieces",
            "one of \(tokenizer.pieceCount)")
        let other = (0..<UInt32(shape.tokenCount)).first { tokenizer.piece($0) != model.tokenizer.piece($0) }
        try require(
            other == nil, "a tokenizer of its pieces",
            other.map { "another piece \($0): \(tokenizer.piece($0)), not \(model.tokenizer.piece($0))" } ?? "")
        let parts = model.parts
        constants = TrainedConstants(
            dimension: shape.dimension, frequency: frequency, hasGains: parts.context != nil, seed: 0)
        Self.read(parts, into: constants)
        // The step of the gain index, as a factor of e.
        let steps = Self.steps(of: parts)
        if let context = parts.context { Self.read(context, steps: steps, into: constants) }
        critic = model.criticWeights.map {
            CriticWeights(phrases: $0.phrases, gains: $0.gains?.scaled(by: 1 / steps))
        }
        var rules: [Rule] = []
        var rowOf: [Quad<Atom>: Int] = [:]
        for number in 0..<shape.ruleCount {
            var rule = model.rules.rule(at: number)
            for place in rule.updates.indices {
                guard let row = rule.updates[place].operand2 else { continue }
                try require(
                    Int(row) == shape.tokenCount + number,
                    "the constant \(shape.tokenCount + number) in rule \(number)",
                    "\(row)")
                rule.updates[place].operand2 = UInt32(number)
            }
            rowOf[rule.atoms] = number
            rules.append(rule)
        }
        self.rules = RuleSet(rules: rules, constants: constants.phrases)
        self.rowOf = rowOf
    }

    /// A model to be changed as a whole, without texts to train on.
    init(_ model: Model) throws(TrainError) {
        try self.init(
            model, tokenizer: model.tokenizer, frequency: [Double](repeating: 0, count: model.tokenizer.pieceCount))
    }

    /// The vectors that the model gives texts, not of unit length.
    /// - Parameter context: as training has it, or as embedding has.
    /// - Complexity: O(tokens · dimension).
    func vectors(
        of corpus: TokenizedCorpus, context: ContextScale = .fitting, threads: Int
    ) throws(TrainError) -> Matrix {
        let rewritten = try RuleFirings.rewrite(
            corpus, rules: rules, tokenCount: constants.tokenCount, threads: threads)
        return ForwardPass(constants: constants, kernel: .fastest, context: context)
            .vectors(of: rewritten, threads: threads)
    }

    /// The pairs of tokens that have a rule already.
    var pairs: Set<PhraseMiner.Pair> {
        Set(
            rowOf.keys.compactMap { atoms in
                guard atoms.count == 2, case .token(let first) = atoms[0].kind, case .token(let second) = atoms[1].kind,
                    atoms[1].distanceMin == atoms[1].distanceMax
                else { return nil }
                return PhraseMiner.Pair(first: first, second: second, distance: Int(atoms[1].distanceMin))
            })
    }

    /// For each rule the constant that the model has for it, zeros for a new one.
    func phrases(of rules: [Rule]) -> Matrix {
        let result = Matrix(rows: rules.count, columns: constants.dimension)
        for (number, rule) in rules.enumerated() {
            guard let row = rowOf[rule.atoms] else { continue }
            result.row(number).update(from: self.rules.constants.row(row), count: result.columns)
        }
        return result
    }

    /// What each rule was worth to the model, in the same unit as ``RuleChoice``: zero for a new one.
    func worth(of rules: [Rule]) -> [Float] {
        rules.map { rule in rowOf[rule.atoms].map { Float(self.rules.rules[$0].confidence) / 1000 } ?? 0 }
    }

    /// Rows times their scales: those of tokens without the weight that the split gives them.
    private static func read(_ parts: ModelParts, into constants: TrainedConstants) {
        let dimension = parts.dimension
        let unit = Float(sign: .plus, exponent: -Int(parts.exponent), significand: 1)
        let phraseCount = parts.scales.count - parts.tokenCount
        constants.phrases = Matrix(rows: phraseCount, columns: dimension)
        for row in parts.scales.indices {
            let isToken = row < parts.tokenCount
            let target = isToken ? constants.tokens.row(row) : constants.phrases.row(row - parts.tokenCount)
            let factor = Float(parts.scales[row]) * unit / (isToken ? CMath.exp(constants.logWeight(row)) : 1)
            for index in 0..<dimension { target[index] = factor * Float(parts.rows[row * dimension + index]) }
        }
    }

    private static func steps(of parts: ModelParts) -> Double {
        (-128 / CMath.log(Double(max(1, parts.gainTable[0])) / 4096)).rounded()
    }

    /// Codes by the root of the product of their steps, and the numbers of the places.
    private static func read(_ context: ModelParts.Context, steps: Double, into constants: TrainedConstants) {
        let width = TrainedConstants.codeWidth
        // The factor of 32 live items is the same while constants are fitted and in the model.
        let product =
            Double(context.inverseRoots[32]) / ContextScale.embedding.factor(of: 32) / 65_536
            / Double(ModelExport.tanhSteps)
        let unit = Float(product.squareRoot())
        for token in 0..<constants.tokenCount {
            for index in 0..<width {
                constants.key(token)[index] = unit * Float(context.codes[2 * width * token + index])
                constants.query(token)[index] = unit * Float(context.codes[2 * width * token + width + index])
            }
        }
        guard !context.placeRows.isEmpty else { return }
        for row in 0..<PlaceRows.count {
            let first = Int(context.placeRows[PlaceRows.longestOf[row]]) * PlaceGains.width
            for column in 0..<PlaceGains.width {
                constants.places.storage[PlaceRows.cell(row: row, column: column)] =
                    Float(Double(context.places[first + column]) / steps)
            }
        }
    }
}

import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// Runs a text with everything written down: what a session does, one window after the other, and what each
/// instruction of the final program contributed.
struct Explainer: ~Copyable {
    private let model: Model
    private let mode: Mode
    private let stepLimit: Int?
    private let printer = AssemblyPrinter()
    private let names: [String]?
    private var encoder: TokenEncoder
    private var program = Program()
    private var annealer: Annealer
    private var machine: Machine
    /// For each token that is in a program, its number in the text.
    private var places: [Int] = []
    /// In annealed mode only.
    private var critic: LearnedCritic?

    /// The integer contributions of the final instructions, `dimension` numbers each.
    private(set) var contributions: [Int32] = []
    private(set) var totals: [Int64]

    init(_ engine: Engine, mode: Mode, stepLimit: Int?) {
        model = engine.model
        self.mode = mode
        self.stepLimit = stepLimit
        names = model.constantNames
        encoder = TokenEncoder(model.tokenizer)
        annealer = Annealer(model.rules)
        machine = Machine(constants: model.constants, kernel: engine.kernel)
        critic = mode == .annealed ? LearnedCritic(engine) : nil
        totals = [Int64](repeating: 0, count: engine.dimension)
    }

    mutating func run(_ text: [UInt8]) throws(EngineError) -> Explanation {
        let tokens = text.withUnsafeBufferPointer { encoder.tokens(of: $0) }
        guard tokens.count <= Engine.explainedTokenLimit else {
            throw .tooLong(limit: Engine.explainedTokenLimit, unit: "tokens", found: tokens.count)
        }
        let unknown = model.tokenizer.isLeftOut(tokens)
        places = tokens.indices.filter { !unknown[$0] }
        var naive: [ExplainedItem] = []
        var final: [ExplainedItem] = []
        var steps: [ExplainedStep] = []
        var reason = StopReason.noBids
        var windows = 0
        machine.reset()
        for start in stride(from: 0, to: places.count, by: Program.windowLimit) {
            let ids = places[start..<min(start + Program.windowLimit, places.count)].map { tokens[$0].id }
            ids.withUnsafeBufferPointer { program.widen($0.span, origin: start) }
            naive += items(offset: start)
            let trace = Trace()
            let remaining = stepLimit.map { max(0, $0 - steps.count) }
            reason = rewrite(stepLimit: remaining, trace: trace)
            machine.run(program)
            if mode == .annealed, !reason.isAsked { applyCriticGains(trace) }
            for step in trace.steps { steps.append(explained(step, number: steps.count + 1, offset: start)) }
            final += items(offset: start)
            for item in 0..<program.count { appendContribution(of: item) }
            windows += 1
        }
        totals.withUnsafeMutableBufferPointer { machine.copyTotals(into: $0.baseAddress!) }
        let squares = totals.reduce(0.0) { $0 + Double($1) * Double($1) }
        let unit = Double(sign: .plus, exponent: -Int(model.constants.exponent), significand: 1)
        return Explanation(
            tokens: zip(tokens, unknown).map { token, isUnknown in
                ExplainedToken(
                    id: token.id, piece: model.tokenizer.piece(token.id), start: Int(token.start), end: Int(token.end),
                    isUnknown: isUnknown)
            },
            naive: naive, steps: steps, final: shared(final, squares: squares), stopReason: "\(reason)",
            vectorNorm: squares.squareRoot() * unit, isEmpty: squares == 0, windows: windows,
            byteCount: text.count)
    }

    private mutating func rewrite(stepLimit: Int?, trace: Trace) -> StopReason {
        let options = RewriteOptions(stepLimit: stepLimit)
        switch mode {
        case .naive: return .naive
        case .compiled:
            return annealer.rewrite(&program, mode: .compiled, options: options, trace: trace).stopReason
        case .annealed:
            return annealer.rewrite(
                &program, mode: .annealed, critic: &critic!, options: options, trace: trace
            ).stopReason
        }
    }

    private mutating func applyCriticGains(_ trace: Trace) {
        guard let weights = model.criticWeights?.gains else { return }
        let before = program.items
        guard machine.applyCriticGains(weights, to: &program) else { return }
        trace.append(.gains(.criticGains, before: before, after: program.items))
    }

    private mutating func appendContribution(of item: Int) {
        let dimension = model.shape.dimension
        let start = contributions.count
        contributions.append(contentsOf: repeatElement(0, count: dimension))
        contributions.withUnsafeMutableBufferPointer { buffer in
            machine.contribution(of: item, in: program, into: buffer.baseAddress! + start)
        }
    }

    /// The final items with their shares: the contribution's dot product with the vector over the vector's square.
    private func shared(_ items: [ExplainedItem], squares: Double) -> [ExplainedItem] {
        guard squares > 0 else { return items }
        let dimension = model.shape.dimension
        return items.enumerated().map { number, item in
            var dot = 0.0
            for index in 0..<dimension {
                dot += Double(contributions[number * dimension + index]) * Double(totals[index])
            }
            return item.with(share: dot / squares)
        }
    }

    private func explained(_ step: TraceStep, number: Int, offset: Int) -> ExplainedStep {
        let rule: (id: Int, score: Int, text: String)
        switch step.cause {
        case .rule(let id, let score): rule = (id, Int(score), model.ruleText(id))
        case .contextGains: rule = (-1, 0, "gains from context and place")
        case .criticGains: rule = (-1, 0, "gains from the critic")
        }
        return ExplainedStep(
            number: number, ruleID: rule.id, rule: rule.text, score: rule.score,
            before: step.before.map { explained($0, offset: offset) },
            after: step.after.map { explained($0, offset: offset) }, committed: step.outcome == .committed)
    }

    private func items(offset: Int) -> [ExplainedItem] {
        (0..<program.count).map { explained(program.item(at: $0), offset: offset) }
    }

    private func explained(_ item: ProgramItem, offset: Int) -> ExplainedItem {
        let piece = model.tokenizer.piece(item.token)
        let rows = OpcodeSet.withRow.contains(OpcodeSet(item.opcode)) ? [item.operand2, item.operand3] : []
        let constants = rows.compactMap { row -> String? in
            let constant = Int(row) - model.shape.tokenCount
            return names.flatMap { constant >= 0 && constant < $0.count ? $0[constant] : nil }
        }
        return ExplainedItem(
            token: item.token, piece: piece, position: places[Int(item.position) + offset],
            opcode: item.opcode.name, operand1: Int(item.operand1), operand2: Int(item.operand2),
            operand3: Int(item.operand3),
            gain: Double(model.constants.gainTable[Int(item.operand1)]) / 4096,
            text: printer.line(of: item, piece: piece), share: 0,
            constantName: constants.isEmpty ? nil : constants.joined(separator: " + "))
    }
}

extension ExplainedItem {
    /// The same item with a share.
    func with(share: Double) -> ExplainedItem {
        ExplainedItem(
            token: token, piece: piece, position: position, opcode: opcode, operand1: operand1, operand2: operand2,
            operand3: operand3, gain: gain, text: text, share: share, constantName: constantName)
    }
}

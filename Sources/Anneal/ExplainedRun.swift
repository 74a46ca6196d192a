import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// An explanation with the numbers behind it.
struct ExplainedRun {
    let explanation: Explanation
    /// What each instruction of the final program adds, and then what each looked up row does, `dimension` numbers each.
    let contributions: [Int32]
    /// The sum of these: the vector before it is normalised.
    let totals: [Int64]
}

extension Session {
    /// Does what embedding does, and writes everything down.
    ///
    /// With a trace the annealer takes its general loop, which gives the same program as the usual one.
    mutating func explain(_ text: [UInt8], stepLimit: Int?) throws(EngineError) -> ExplainedRun {
        let model = model
        let dimension = model.shape.dimension
        let tokens = text.withUnsafeBufferPointer { runner.windows.tokens(of: $0) }
        guard tokens.count <= Engine.explainedTokenLimit else {
            throw .tooLong(limit: Engine.explainedTokenLimit, unit: "tokens", found: tokens.count)
        }
        let unknown = model.tokenizer.isLeftOut(tokens)
        let writer = ExplanationWriter(model, places: tokens.indices.filter { !unknown[$0] })
        var naive: [ExplainedItem] = []
        var final: [ExplainedItem] = []
        var steps: [ExplainedStep] = []
        var contributions: [Int32] = []
        var reason = StopReason.noBids
        var windows = 0
        text.withUnsafeBufferPointer { utf8 in
            runner.run(utf8) { program, annealer, machine in
                let first = naive.count
                naive += writer.items(of: program, from: first)
                let trace = Trace()
                let options = RewriteOptions(stepLimit: stepLimit.map { max(0, $0 - steps.count) })
                reason = rewriter.run(&program, &annealer, &machine, options: options, trace: trace)
                for step in trace.steps { steps.append(writer.step(step, number: steps.count + 1, from: first)) }
                final += writer.items(of: program, from: first)
                for item in 0..<program.count {
                    let start = contributions.count
                    contributions.append(contentsOf: repeatElement(0, count: dimension))
                    contributions.withUnsafeMutableBufferPointer { buffer in
                        // In bounds: so many numbers were just appended.
                        machine.contribution(of: item, in: program, into: buffer.baseAddress! + start)
                    }
                }
                windows += 1
            }
        }
        var lookedUp = lookedUpRows(in: text, tokens, &contributions)
        var totals = [Int64](repeating: 0, count: dimension)
        totals.withUnsafeMutableBufferPointer { runner.machine.copyTotals(into: $0.baseAddress!) }
        let squares = totals.reduce(0.0) { $0 + Double($1) * Double($1) }
        func share(_ number: Int) -> Double {
            var dot = 0.0
            for index in 0..<dimension {
                dot += Double(contributions[number * dimension + index]) * Double(totals[index])
            }
            return dot / squares
        }
        if squares > 0 {
            for number in final.indices { final[number].share = share(number) }
            for number in lookedUp.indices { lookedUp[number].share = share(final.count + number) }
        }
        let explanation = Explanation(
            tokens: zip(tokens, unknown).map { token, isUnknown in
                ExplainedToken(
                    id: token.id, piece: model.tokenizer.piece(token.id), start: Int(token.start), end: Int(token.end),
                    isUnknown: isUnknown)
            },
            naive: naive, steps: steps, final: final, lookedUp: lookedUp, stopReason: reason,
            vectorNorm: squares.squareRoot() * model.constants.unit, isEmpty: squares == 0, windows: windows,
            byteCount: text.count)
        return ExplainedRun(explanation: explanation, contributions: contributions, totals: totals)
    }

    /// The rows that were looked up for a text, and what they add behind what there is.
    private func lookedUpRows(in text: [UInt8], _ tokens: [Token], _ contributions: inout [Int32]) -> [ExplainedRow] {
        guard let lookup = runner.rowLookup, let unknown = model.tokenizer.unknownID else { return [] }
        let unit = model.constants.unit
        var rows: [ExplainedRow] = []
        text.withUnsafeBufferPointer { utf8 in
            for (position, token) in tokens.enumerated() where token.id == unknown {
                lookup.forEachRow(of: utf8, in: Int(token.start)..<Int(token.end)) { row in
                    var squares = 0.0
                    for index in 0..<lookup.dimension {
                        let number = Int32(row.gain) * Int32(row.bytes[index])
                        contributions.append(number)
                        squares += Double(number) * Double(number)
                    }
                    rows.append(
                        ExplainedRow(
                            position: position, start: row.place.lowerBound, end: row.place.upperBound,
                            entry: row.entry, norm: squares.squareRoot() * unit, share: 0))
                }
            }
        }
        return rows
    }
}

/// Writes items and steps out in words.
private struct ExplanationWriter {
    private let model: Model
    /// For each token that is in a program, its number in the text.
    private let places: [Int]
    private let printer = AssemblyPrinter()

    init(_ model: Model, places: [Int]) {
        self.model = model
        self.places = places
    }

    /// - Parameter first: how many tokens the windows before have.
    func items(of program: borrowing Program, from first: Int) -> [ExplainedItem] {
        var items: [ExplainedItem] = []
        for index in 0..<program.count { items.append(item(program.item(at: index), from: first)) }
        return items
    }

    func step(_ step: TraceStep, number: Int, from first: Int) -> ExplainedStep {
        let rule: (id: Int, score: Int, text: String)
        switch step.cause {
        case .rule(let id, let score): rule = (id, Int(clamping: score), model.ruleText(id))
        case .contextGains: rule = (-1, 0, "gains from context and place")
        case .criticGains: rule = (-1, 0, "gains from the critic")
        }
        return ExplainedStep(
            number: number, ruleID: rule.id, rule: rule.text, score: rule.score,
            before: step.before.map { item($0, from: first) }, after: step.after.map { item($0, from: first) },
            committed: step.outcome == .committed)
    }

    private func item(_ item: ProgramItem, from first: Int) -> ExplainedItem {
        let piece = model.tokenizer.piece(item.token)
        let rows = OpcodeSet.withRow.contains(OpcodeSet(item.opcode)) ? [item.operand2, item.operand3] : []
        let names = rows.compactMap { model.constantName(ofRow: $0) }
        return ExplainedItem(
            token: item.token, piece: piece, position: places[Int(item.position) + first], opcode: item.opcode,
            operand1: Int(item.operand1), operand2: Int(item.operand2), operand3: Int(item.operand3),
            gain: Double(model.constants.gainTable[Int(item.operand1)]) / 4096,
            text: printer.line(of: item, piece: piece), share: 0,
            constantName: names.isEmpty ? nil : names.joined(separator: " + "))
    }
}

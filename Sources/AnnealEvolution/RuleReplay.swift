import AnnealFormats
import AnnealProgram
import AnnealRewrite
import AnnealTraining

/// Fires rules with the engine's own annealer, and says what is left of residuals: what search and engine must agree on.
struct RuleReplay {
    private let accepted: [AcceptedRule]
    private let order: [Int]
    private let tokens: TokenKnowledge

    init(_ accepted: [AcceptedRule], order: [Int], tokens: TokenKnowledge) {
        self.accepted = accepted
        self.order = order
        self.tokens = tokens
    }

    /// The mean squared residual that the rules leave. The texts are not changed.
    /// - Complexity: O(tokens + firings · dimension).
    func energy(of texts: EvolutionTexts) throws -> Double {
        var sum = 0.0
        try forEachResidual(of: texts) { _, row in
            sum += Double(RowLoops.dot(row, row, texts.residuals.columns))
        }
        return sum / Double(max(texts.corpus.count, 1))
    }

    /// Calls the body with each text and what the rules leave of its residual.
    func forEachResidual(of texts: EvolutionTexts, _ body: (Int, UnsafePointer<Float>) -> Void) throws {
        // Rows are the indices of the accepted rules here, behind a row for each token.
        let rules = order.enumerated().map { rank, index in
            let shared = accepted[index].sharedWith
            return accepted[index].genome.rule(
                row: UInt32(tokens.count + (shared >= 0 ? shared : index)), confidence: Int32(order.count - rank))
        }
        let words = RuleTable.encode(rules)
        var offsets: [UInt32] = [0]
        var members: [UInt16] = []
        for token in 0..<tokens.count {
            for tokenClass in [tokens.fine[token], tokens.coarse[token]] where tokenClass != TokenKnowledge.noClass {
                members.append(tokenClass)
            }
            offsets.append(UInt32(members.count))
        }
        let columns = texts.residuals.columns
        try words.withUnsafeBufferPointer { words in
            try offsets.withUnsafeBufferPointer { offsets in
                try members.withUnsafeBufferPointer { members in
                    let classes =
                        tokens.classCount == 0
                        ? TokenClasses.empty
                        : try TokenClasses(classCount: tokens.classCount, offsets: offsets, members: members)
                    let table = try RuleTable(
                        words: words, ruleCount: rules.count, classes: classes,
                        limits: ProgramLimits(
                            tokenCount: tokens.count, rowCount: tokens.count + accepted.count, roleCount: 0))
                    var annealer = Annealer(table)
                    var program = Program()
                    let residual = UnsafeMutablePointer<Float>.allocate(capacity: columns)
                    defer { residual.deallocate() }
                    texts.corpus.ids.withUnsafeBufferPointer { ids in
                        for text in 0..<texts.corpus.count {
                            let start = texts.corpus.offsets[text]
                            let end = min(texts.corpus.offsets[text + 1], start + Program.windowLimit)
                            program.widen(ids.extracting(start..<end).span)
                            annealer.rewrite(&program)
                            residual.update(from: texts.residuals.row(text), count: columns)
                            subtract(program, start, texts, text, from: residual, columns)
                            body(text, residual)
                        }
                    }
                    withExtendedLifetime(table) {}
                }
            }
        }
    }

    private func subtract(
        _ program: borrowing Program, _ start: Int, _ texts: EvolutionTexts, _ text: Int,
        from residual: UnsafeMutablePointer<Float>, _ columns: Int
    ) {
        let weight = texts.weights[text]
        for item in 0..<program.count {
            let gain = texts.gains?[start + Int(program.positions[item])] ?? 1
            func add(_ scale: Float) {
                accepted[Int(program.operand2[item]) - tokens.count].constant.withUnsafeBufferPointer {
                    RowLoops.add($0.baseAddress!, times: -weight * scale, to: residual, columns)
                }
            }
            func giveBack() {
                guard let vectors = tokens.vectors else { return }
                RowLoops.add(
                    vectors.row(Int(program.tokens[item])), times: weight * gain, to: residual, columns)
            }
            guard let effect = Opcode(rawValue: program.opcodes[item])?.effect else { continue }
            if !effect.token.isUsed { giveBack() }
            if effect.constant.isUsed { add(effect.constant.isGain ? gain : 1) }
        }
    }
}

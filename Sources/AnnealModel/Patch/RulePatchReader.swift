import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// Reads the lines of a ``RulePatch`` into constants and rules for a model.
struct RulePatchReader {
    private(set) var constants: [PatchConstant] = []
    /// The rules, each with its line.
    private(set) var rules: [(rule: Rule, line: Int)] = []

    private let model: Model
    /// The line that first used a left side.
    private var lineOfLeft: [[UInt32]: Int] = [:]

    init(_ model: Model) {
        self.model = model
    }

    mutating func read(_ patch: String) throws(TextError) {
        var number = 0
        for content in patch.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            try read(PatchLine(Array(content), number: number))
        }
    }

    private mutating func read(_ line: PatchLine) throws(TextError) {
        guard line.hasContent else { return }
        switch try line.sign() {
        case .comment:
            return
        case .rule:
            do throws(TextError) {
                for rule in try RuleText.parse(line.text, vocabulary: ModelVocabulary(model.tokenizer)) {
                    rules.append((rule, line.number))
                }
            } catch {
                throw error.at(line: line.number)
            }
        case .equals(let at):
            let (left, row) = try sides(of: line, sign: at, length: 1)
            var updates = Quad<Update>()
            for index in left.indices {
                updates.append(
                    index == 0
                        ? Update(source: 0, opcode: .replace, operand2: row)
                        : Update(source: UInt8(index), opcode: .skip))
            }
            append(left, opcodes: left.map { _ in .bare }, updates, line)
        case .plusEquals(let at):
            let (left, row) = try sides(of: line, sign: at, length: 2)
            var updates = Quad<Update>()
            for index in left.indices {
                updates.append(
                    index == left.count - 1
                        ? Update(source: UInt8(index), opcode: .phrase, operand2: row) : Update(source: UInt8(index)))
            }
            // As a learned phrase: only the last item must have room, so that phrases may chain.
            append(left, opcodes: left.indices.map { $0 == left.count - 1 ? .phraseable : .matchable }, updates, line)
        }
    }

    private mutating func append(
        _ left: [UInt32], opcodes: [OpcodeSet], _ updates: Quad<Update>, _ line: PatchLine
    ) {
        let atoms = Quad(zip(left, opcodes).map { Atom(.token($0), opcodes: $1) })
        let confidence = RulePatch.confidence + Int32(left.count) * RulePatch.confidencePerToken
        rules.append((Rule(atoms: atoms, updates: updates, confidence: confidence), line.number))
    }

    /// The tokens of the left side, and the row of the right side's constant.
    private mutating func sides(
        of line: PatchLine, sign: Int, length: Int
    ) throws(TextError) -> (left: [UInt32], row: UInt32) {
        let leftSide = try line.side(0..<sign)
        let rightSide = try line.side((sign + length)..<line.count)
        let left = try tokens(of: leftSide, line)
        guard left.count <= Quad<Atom>.limit else {
            let pieces = left.map { model.tokenizer.piece($0) }.joined(separator: " ")
            throw line.failure(
                at: leftSide.column, "at most \(Quad<Atom>.limit) tokens on the left side",
                found: "\(left.count): \(pieces)")
        }
        if let earlier = lineOfLeft[left] {
            throw line.failure(
                at: leftSide.column, "a left side that no earlier line has", found: "that of line \(earlier)")
        }
        lineOfLeft[left] = line.number
        let right = try tokens(of: rightSide, line)
        let row = UInt32(model.shape.rowCount + constants.count)
        constants.append(PatchConstant(name: rightSide.text, tokens: right, constants: model.constants))
        return (left, row)
    }

    /// The tokens of a side; every one of them known, since a rule on the unknown token would match all unknown text.
    private func tokens(of side: PatchLine.Side, _ line: PatchLine) throws(TextError) -> [UInt32] {
        var encoder = TokenEncoder(model.tokenizer)
        var text = side.text
        let tokens = text.withUTF8 { encoder.tokens(of: $0) }
        guard !tokens.isEmpty else {
            throw line.failure(at: side.column, "a text that has tokens", found: "\"\(side.text)\"")
        }
        for token in tokens where model.tokenizer.kind(of: token.id) == .unknown {
            let unknown = String(
                decoding: side.text.utf8.dropFirst(Int(token.start)).prefix(Int(token.end - token.start)), as: UTF8.self
            )
            throw line.failure(
                at: side.column, "a text that the model's tokenizer knows", found: "\"\(unknown)\", unknown to it")
        }
        return tokens.map { $0.id }
    }
}

import AnnealMachine
import AnnealModel
public import AnnealProgram
public import AnnealRewrite

/// Everything that happened between a text and its vector.
public struct Explanation: Sendable {
    /// What the tokenizer made of the text.
    public let tokens: [ExplainedToken]
    /// The widened program, before any rewrite.
    public let naive: [ExplainedItem]
    /// The rewrites in the order in which they were tried.
    public let steps: [ExplainedStep]
    /// The program that ran.
    public let final: [ExplainedItem]
    /// The rows that the engine's lookup had for unknown tokens, in the order of the text. They are in no program, and are
    /// added as they are.
    public let lookedUp: [ExplainedRow]
    /// Why the rewriting stopped, of the last window.
    public let stopReason: StopReason
    /// The norm of the vector before it is normalised.
    public let vectorNorm: Double
    /// True if the text left no instruction that contributes: its vector is zero by definition.
    public let isEmpty: Bool
    /// Into how many windows the text was cut; each is rewritten on its own.
    public let windows: Int
    /// The bytes of the text.
    public let byteCount: Int

    /// How many tokens are unknown; they are in no program, and some may be ``lookedUp``.
    public var unknownCount: Int { tokens.count { $0.isUnknown } }
    /// The part of the text's bytes that unknown tokens cover, from 0 to 1.
    public var unknownByteShare: Double {
        guard byteCount > 0 else { return 0 }
        let unknown = tokens.reduce(0) { $0 + ($1.isUnknown ? $1.end - $1.start : 0) }
        return Double(unknown) / Double(byteCount)
    }
}

/// One token of an explained text.
public struct ExplainedToken: Sendable, Equatable {
    /// The token's id in the model's tokenizer.
    public let id: UInt32
    /// The piece as the tokenizer writes it; a leading `▁` stands for a space.
    public let piece: String
    /// First byte in the original text.
    public let start: Int
    /// One past the last byte in the original text.
    public let end: Int
    /// Whether it is in no program: an unknown piece, or a word boundary before one. It adds nothing but what the engine's
    /// lookup has for it.
    public let isUnknown: Bool
}

/// A row that the engine's lookup had for a part of an unknown token.
public struct ExplainedRow: Sendable, Equatable {
    /// The token's number in the text.
    public let position: Int
    /// First byte in the original text of what the row stands for.
    public let start: Int
    /// One past the last byte.
    public let end: Int
    /// The row's number in the lookup.
    public let entry: Int
    /// The length of what the row adds, in the units of ``Explanation/vectorNorm``.
    public let norm: Double
    /// The row's share of the vector, as ``ExplainedItem/share``.
    public internal(set) var share: Double
}

/// One instruction of an explained program.
public struct ExplainedItem: Sendable, Equatable {
    /// The id of the token that the instruction was widened from.
    public let token: UInt32
    /// The token's piece.
    public let piece: String
    /// The token's number in the text, before any rewrite.
    public let position: Int
    /// What the instruction does; `opcode.name` is its name in assembly.
    public let opcode: Opcode
    /// The gain index, 128 for a gain of one.
    public let operand1: Int
    /// The constant row or role, 0 where the opcode takes none.
    public let operand2: Int
    /// The further constant row of a phrase, 0 for none.
    public let operand3: Int
    /// The factor that the gain index stands for.
    public let gain: Double
    /// The instruction in assembly.
    public let text: String
    /// The instruction's share of the vector: its contribution projected on the vector, over the vector's squared
    /// norm. The shares of a final program and of what was looked up sum to 1; of a program that is not the final one they are 0.
    public internal(set) var share: Double
    /// What the constants stand for, where the model names them; two are joined by ` + `.
    public let constantName: String?
}

/// One rewrite of an explained program.
public struct ExplainedStep: Sendable, Equatable {
    /// The step's number, from 1. An explanation can be told to stop after any of them.
    public let number: Int
    /// The rule's number in the model; -1 for the setting of gains, which is no rule.
    public let ruleID: Int
    /// Whether a rule made the step; else gains were set, from context and place or by the critic, and there is no score.
    public var isRule: Bool { ruleID >= 0 }
    /// The rule as text, or where the gains are from.
    public let rule: String
    /// The score with which its bid won.
    public let score: Int
    /// The matched items, before.
    public let before: [ExplainedItem]
    /// The same slots, after.
    public let after: [ExplainedItem]
    /// False if the critic judged that the rewrite hurt, and it was undone.
    public let committed: Bool
}

extension Engine {
    /// The longest text that is explained instruction by instruction.
    public static let explainedTokenLimit = 4096

    /// Everything that happens between a text and its vector.
    /// - Parameters:
    ///   - text: UTF-8; other bytes count as U+FFFD.
    ///   - mode: how far the program is rewritten.
    ///   - stepLimit: stop rewriting after so many steps; nil for no such limit.
    /// - Complexity: O(instructions · dimension) time and memory.
    /// - Throws: ``EngineError/tooLong(limit:unit:found:)`` for more than ``explainedTokenLimit`` tokens.
    public func explain(
        _ text: [UInt8], mode: Mode = .compiled, stepLimit: Int? = nil
    ) throws(EngineError) -> Explanation {
        try run(text, mode: mode, stepLimit: stepLimit).explanation
    }

    /// As ``explain(_:mode:stepLimit:)-([UInt8],_,_)`` for a string.
    public func explain(
        _ text: String, mode: Mode = .compiled, stepLimit: Int? = nil
    ) throws(EngineError) -> Explanation {
        try explain(Array(text.utf8), mode: mode, stepLimit: stepLimit)
    }

    /// What each token of a text adds to its vector: rows that sum to the vector before it is normalised.
    ///
    /// A token whose instruction was absorbed by a rule adds nothing itself; its row is zero, and what the rule made of it
    /// is in the row of the instruction that absorbed it. An unknown token's row is what the engine's lookup has for it.
    /// - Parameters:
    ///   - text: UTF-8; other bytes count as U+FFFD.
    ///   - mode: how far the program is rewritten.
    /// - Returns: a row of ``dimension`` numbers for each token, in the order of the text.
    /// - Complexity: that of explaining the text.
    /// - Throws: ``EngineError/tooLong(limit:unit:found:)`` for more than ``explainedTokenLimit`` tokens.
    public func contributions(_ text: [UInt8], mode: Mode = .compiled) throws(EngineError) -> [[Float]] {
        let run = try run(text, mode: mode)
        let positions = run.explanation.final.map { $0.position } + run.explanation.lookedUp.map { $0.position }
        var sums = [[Int64]](
            repeating: [Int64](repeating: 0, count: dimension), count: run.explanation.tokens.count)
        for (number, position) in positions.enumerated() {
            for index in 0..<dimension {
                sums[position][index] += Int64(run.contributions[number * dimension + index])
            }
        }
        let unit = model.constants.unit
        return sums.map { $0.map { Float(Double($0) * unit) } }
    }

    /// Runs a text with everything written down.
    func run(_ text: [UInt8], mode: Mode, stepLimit: Int? = nil) throws(EngineError) -> ExplainedRun {
        try withSession(try settings(mode: mode)) { (session) throws(EngineError) in
            try session.explain(text, stepLimit: stepLimit)
        }
    }
}

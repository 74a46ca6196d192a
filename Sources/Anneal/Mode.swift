import AnnealMachine
import AnnealModel
import AnnealProgram
import AnnealRewrite

/// How the annealing loop is run on a text.
///
/// A fourth way, with the teacher itself as the critic, exists for training only.
public enum Mode: String, CaseIterable, Sendable {
    /// No rewrites: the weighted running average of the tokens.
    case naive
    /// Every positive bid commits, the best first. The default, and the fastest that rewrites.
    case compiled
    /// As compiled, but the model's learned critic judges each rewrite, and what lowers its score is undone; in the end it sets
    /// each token's gain by what that token is to the whole. Better, above all where texts are long, at 0.6 to 0.7 of the speed.
    case annealed
}

/// Rewrites and runs programs as a mode asks: the one place where modes part.
struct Rewriter: ~Copyable {
    private var mode: Mode
    /// Made when annealed mode is first asked for.
    private var critic: LearnedCritic?
    /// What the model's critic has learned of gains.
    private let criticGains: GainWeights?

    init(_ engine: Engine, mode: Mode) {
        self.mode = mode
        critic = mode == .annealed ? LearnedCritic(engine) : nil
        criticGains = engine.model.criticWeights?.gains
    }

    mutating func change(to mode: Mode, of engine: Engine) {
        self.mode = mode
        if mode == .annealed, critic == nil { critic = LearnedCritic(engine) }
    }

    /// Rewrites a program and adds it to the machine.
    @inline(__always)
    @discardableResult
    mutating func run(
        _ program: inout Program, _ annealer: inout Annealer, _ machine: inout Machine,
        options: RewriteOptions = RewriteOptions(), trace: Trace? = nil
    ) -> StopReason {
        let reason =
            switch mode {
            case .naive: StopReason.naive
            case .compiled: annealer.rewrite(&program, options: options, trace: trace).stopReason
            case .annealed:
                annealer.rewrite(&program, critic: &critic!, options: options, trace: trace).stopReason
            }
        machine.run(program)
        // What was cut short as it was asked to be is not judged as a whole.
        guard mode == .annealed, !reason.isAsked, let criticGains else { return reason }
        let before = trace == nil ? [] : program.items
        if machine.applyCriticGains(criticGains, to: &program) {
            trace?.append(.gains(.criticGains, before: before, after: program.items))
        }
        return reason
    }
}

import Anneal
public import AnnealConcepts
import AnnealModel
public import AnnealServiceKit
import Synchronization

/// A model of completions, with the served model whose vectors its concepts are places among.
///
/// A completer is of one thread. One is lent for a request, which waits for nothing meanwhile: so there are as many as
/// processors at the most, and those that came back serve the next requests.
public final class ServedCompletions: Sendable {
    let model: CompletionModel
    private let served: ServedModel
    private let idle = Mutex<[LentCompleter]>([])

    /// - Parameters:
    ///   - model: what completes.
    ///   - served: the models of the service; the first that it is for is taken.
    /// - Throws: `CompletionError` where it is for none of them.
    /// - Precondition: at least one model.
    public init(_ model: CompletionModel, among served: [ServedModel]) throws(CompletionError) {
        self.model = model
        guard let fitting = served.first(where: { $0.engine.model.contentHash == model.engine }) else {
            throw .otherEngine(expected: model.engine, found: served[0].engine.model.contentHash)
        }
        self.served = fitting
        // What is wrong with the file is told before anything listens.
        let first = LentCompleter(try Completer(model, engine: fitting.engine))
        idle.withLock { $0.append(first) }
    }

    /// The power of what words are drawn to, as `anneal complete` has it.
    private static let push: Float = 1.5

    /// The likeliest ways in which a text goes on.
    /// - Parameters:
    ///   - text: its last words count.
    ///   - count: of completions, at most.
    ///   - topic: a text towards whose concepts words are drawn; one without content draws nowhere, as nil does.
    /// - Complexity: O(bytes + vocabulary).
    /// - Throws: `CompletionError`, none of which `init` has left.
    func completions(of text: String, count: Int, towards topic: String?) throws(CompletionError) -> [Completion] {
        let waiting = idle.withLock { $0.popLast() }
        let lent = if let waiting { waiting } else { LentCompleter(try Completer(model, engine: served.engine)) }
        defer { idle.withLock { $0.append(lent) } }
        let direction = try topic.flatMap { (topic) throws(CompletionError) in
            do throws(CompletionError) {
                return try lent.completer.direction(towards: topic, strength: ServedCompletions.push)
            } catch .noDirection {
                return nil as Direction?
            }
        }
        return lent.completer.completions(of: text, count: count, towards: direction)
    }
}

/// Unchecked sendable: used by one thread at a time, whoever took it from the list of those that wait.
private final class LentCompleter: @unchecked Sendable {
    let completer: Completer

    init(_ completer: Completer) { self.completer = completer }
}

import Anneal
import AnnealPlatform
import ArgumentParser

/// Which model a command uses, and on how many threads.
struct EngineOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The model file. Default: the shipped model.", valueName: "path"), completion: .file())
    var model: String?
    @Option(name: [.short, .long], help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?

    var threadCount: Int { threads ?? min(8, WorkerThread.available) }

    func validate() throws {
        if let threads, !(1...256).contains(threads) {
            throw ValidationError("--threads must be 1...256, found \(threads).")
        }
    }

    func engine() throws(SearchToolError) -> Engine {
        do throws(EngineError) {
            return if let model { try Engine(path: model) } else { try Engine() }
        } catch {
            let hint = if case .noShippedModel = error { "; name a model with --model" } else { "" }
            throw SearchToolError(status: 69, "\(error)\(hint)")
        }
    }
}

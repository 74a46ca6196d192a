import Anneal
import AnnealModel
import AnnealPlatform
import ArgumentParser

/// Which model a command uses, and what is added to it.
struct ModelOptions: ParsableArguments {
    @Option(
        name: [.short, .long], help: ArgumentHelp("The model file. Default: the shipped model.", valueName: "path"))
    var model: Path?

    @Option(
        help: ArgumentHelp(
            "Rules or phrases to add, one a line: 'k8s = kubernetes', or full rule syntax.", valueName: "file"))
    var rules: Path?

    /// The path of the model file.
    func path() throws(CommandError) -> Path {
        if let model {
            // Says which of missing, unreadable and directory it is.
            do throws(CommandError) {
                return try InputSource(model).path ?? model
            } catch {
                throw CommandError(.noModel, "the model: \(error.description)")
            }
        }
        do throws(EngineError) {
            return Path(argument: try Engine.defaultModelPath())
        } catch {
            throw CommandError(.noModel, error.description, hint: "Name a model with --model PATH.")
        }
    }

    /// Opens the model file as it is.
    func openModel() throws(CommandError) -> (model: Model, path: Path) {
        let path = try path()
        do throws(ModelError) {
            return (try Model(path: path.argument), path)
        } catch {
            throw CommandError(.noModel, "\(path): \(error)")
        }
    }

    /// Opens the model and applies the rules.
    func open() throws(CommandError) -> Engine {
        let path = try path()
        let text = try rules.map { (name) throws(CommandError) in
            String(decoding: try InputSource(name).readText(), as: UTF8.self)
        }
        do throws(EngineError) {
            return try Engine(path: path.argument, rules: text)
        } catch {
            switch error {
            case .rules: throw CommandError(.malformedInput, "\(rules.map { "\($0)" } ?? ""):\(error)")
            case .kernel: throw CommandError(.usage, "\(error)")
            case .model: throw CommandError(.noModel, "\(path): \(error)")
            case .noShippedModel, .dimension, .lookup, .tooLong: throw CommandError(.noModel, "\(error)")
            }
        }
    }
}

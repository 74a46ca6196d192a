import Anneal
import AnnealLookup
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
    /// - Parameter lookup: a table of rows for what the model has no piece for.
    func open(lookup: Path? = nil) throws(CommandError) -> Engine {
        let (model, path) = try openModel()
        let rows = try lookup.map { (table) throws(CommandError) in
            do throws(LookupError) { return try EngineRows(table, for: model) } catch { throw CommandError(error) }
        }
        let text = try rules.map { (name) throws(CommandError) in
            String(decoding: try InputSource(name).readText(), as: UTF8.self)
        }
        do throws(EngineError) {
            return try Engine(model: model, rules: text, lookup: rows)
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

/// Rows for what the model's tokenizer has no piece for.
struct RowLookupOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A table of rows for text that the model has no piece for, as emoji: 'anneal lookup build --align'.",
            valueName: "table"),
        completion: .file())
    var lookup: Path?
}

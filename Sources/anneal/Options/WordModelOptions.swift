import Anneal
import AnnealCodes
import AnnealPlatform
import ArgumentParser

/// Which word model texts are packed with.
struct WordModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The word model's file. Default: the one beside the shipped model.", valueName: "path"))
    var wordModel: Path?

    /// Opens it: without a name, the file beside the default model that ends in `.words`.
    func open() throws(CommandError) -> WordModel {
        var path = wordModel?.argument
        if path == nil {
            do throws(EngineError) {
                let model = try Engine.defaultModelPath()
                path = (model.hasSuffix(".anneal") ? String(model.dropLast(7)) : model) + ".words"
            } catch {
                throw CommandError(.noModel, error.description, hint: "Name a word model with --word-model PATH.")
            }
        }
        do throws(WordModelError) { return try WordModel(path: path ?? "") } catch {
            throw CommandError(.noModel, "\(error)", hint: "Name a word model with --word-model PATH.")
        }
    }
}

import Anneal
import AnnealModel
import AnnealPlatform
import AnnealSound
import ArgumentParser

/// Which concepts texts are sung and heard in.
struct CarrierOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The concepts, a file that 'anneal carriers' made. Default: those beside the model.", valueName: "file"),
        completion: .file())
    var carriers: Path?

    /// Opens the set of concepts.
    /// - Parameter model: whose concepts they are to be, where no file is named.
    func open(beside model: Path?) throws(CommandError) -> ConceptSet {
        let path: Path
        if let carriers {
            path = try InputSource(carriers).path ?? carriers
        } else if let model {
            path = ConceptSet.path(beside: model)
        } else {
            do throws(EngineError) {
                path = ConceptSet.path(beside: Path(argument: try Engine.defaultModelPath()))
            } catch {
                throw CommandError(.noModel, error.description, hint: "Name the concepts with --carriers FILE.")
            }
        }
        do throws(ConceptError) { return try ConceptSet(path) } catch {
            throw CommandError(
                .noModel, "\(path): \(error)", hint: "'anneal carriers TEXTS --output FILE' learns concepts of texts.")
        }
    }

    /// Opens an engine, and the concepts of its model.
    func open(_ model: ModelOptions) throws(CommandError) -> (Engine, ConceptSet) {
        let engine = try model.open()
        let concepts = try open(beside: try model.path())
        do throws(ConceptError) { try concepts.check(engine.model.contentHash) } catch {
            throw CommandError(
                .noModel, "\(error)",
                hint: "'anneal carriers TEXTS --model MODEL --output FILE' learns those of a model.")
        }
        return (engine, concepts)
    }
}

import Anneal
import AnnealCodes
import AnnealLookup
import AnnealPlatform
import ArgumentParser
public import Logging

/// Opening what is served: the models, and what goes with each.
extension ServiceOptions {
    /// The models, opened, with their lookup tables; the shipped model where none is named.
    /// - Throws: `ExitCode` 69 for a file that is missing, corrupt or of another model, `ValidationError` for two models of
    ///   one name and for a table of a model that there is not.
    public func models(_ logger: Logger) throws -> [ServedModel] {
        var rules = ServedModel.TextRules()
        rules.bytes = maxTextBytes
        rules.acceptsEmpty = acceptEmptyTexts
        var models: [ServedModel] = []
        do throws(EngineError) {
            let shipped = try model.isEmpty ? [ModelArgument(Engine.defaultModelPath())] : []
            for argument in shipped + model.map(ModelArgument.init) {
                models.append(
                    ServedModel(
                        name: argument.isNamed ? argument.name : nil, fileName: argument.name,
                        engine: try Engine(path: argument.path), path: argument.path, mode: mode, rules: rules))
            }
        } catch {
            throw ServiceOptions.failure(69, "no model", "\(error)", logger)
        }
        for (index, one) in models.enumerated() where models[..<index].contains(where: { $0.name == one.name }) {
            throw ValidationError("--model: expected different names, found \(one.name) twice; say NAME=PATH.")
        }
        try openTables(of: &models, logger)
        return models
    }

    /// Gives models their tables. Of two for a model the later one holds, as of other options.
    private func openTables(of models: inout [ServedModel], _ logger: Logger) throws {
        for argument in lookup.map(ModelArgument.init) {
            let named = models.firstIndex { $0.name == argument.name || $0.aliases.contains(argument.name) }
            guard let index = argument.isNamed ? named : 0 else {
                let names = models.map(\.name).joined(separator: ", ")
                throw ValidationError("--lookup: expected one of the models \(names), found \(argument.name).")
            }
            let model = models[index].engine.model
            do {
                models[index].engine = try Engine(
                    model: model, lookup: EngineRows(Path(argument: argument.path), for: model))
            } catch {
                throw ServiceOptions.failure(69, "no lookup table", "\(error)", logger)
            }
        }
    }

    /// The codecs of each model, for a service that answers with codes: those that ship beside it, by the names of their
    /// profiles, and those that are named, for the models whose vectors they fit.
    /// - Parameter named: `NAME=PATH`, or `PATH`, whose file then has the name.
    /// - Throws: `ExitCode` 69 for a file that is missing or corrupt, `ValidationError` for a name that cannot be asked for
    ///   and for a codec of no model's vectors.
    public func openCodecs(
        _ named: [String], reserved: [String], of models: inout [ServedModel], _ logger: Logger
    ) throws {
        for index in models.indices {
            guard let path = models[index].path else { continue }
            for profile in [TrellisCodec.Profile.search, .pair] {
                let file = CodecFile.path(beside: Path(argument: path), for: profile)
                if Files.isReadable(file) { models[index].codecs[profile.name] = try codec(file, logger) }
            }
        }
        for argument in named.map(ModelArgument.init) {
            guard !reserved.contains(argument.name), !argument.name.contains(":") else {
                throw ValidationError(
                    "--codec: expected a name without ':' that is none of \(reserved.joined(separator: ", ")), "
                        + "found \(argument.name).")
            }
            let file = try codec(Path(argument: argument.path), logger)
            let dimension = file.codec.dimension
            let fitting = models.indices.filter { models[$0].engine.dimension == dimension }
            guard !fitting.isEmpty else {
                throw ValidationError(
                    "--codec: expected a codec for vectors of a model, found one for \(dimension) numbers: "
                        + "\(argument.path).")
            }
            for index in fitting { models[index].codecs[argument.name] = file }
        }
    }

    private func codec(_ path: Path, _ logger: Logger) throws -> CodecFile {
        do throws(CodecError) { return try CodecFile(path) } catch {
            throw ServiceOptions.failure(69, "no codec", "\(path): \(error)", logger)
        }
    }
}

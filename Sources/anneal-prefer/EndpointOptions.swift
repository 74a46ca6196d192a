import AnnealEndpoints
import AnnealPlatform
import ArgumentParser

/// The generator whose answers are ranked.
struct EndpointOptions: ParsableArguments {
    @Option(
        name: .customLong("endpoint"),
        help: ArgumentHelp("The service to ask, up to and including the version.", valueName: "url"))
    var address: String?
    @Option(name: .customLong("endpoint-model"), help: ArgumentHelp("The model to ask for.", valueName: "name"))
    var model: String?
    @Option(help: ArgumentHelp("What to ask.", valueName: "text"))
    var prompt: String?
    @Option(help: ArgumentHelp("How many different answers to ask for.", valueName: "n"))
    var candidates = 8
    @Option(help: ArgumentHelp("How much answers differ: 0...2.", valueName: "t"))
    var temperature = 1.0
    @Option(help: ArgumentHelp("A request that takes longer has failed.", valueName: "seconds"))
    var timeout = 60.0
    @Option(help: ArgumentHelp("How often a request is sent again after trouble that may pass.", valueName: "n"))
    var retries = 2

    func validate() throws {
        if address == nil {
            if model != nil || prompt != nil {
                throw ValidationError("--endpoint-model and --prompt go with --endpoint.")
            }
        } else if model == nil || prompt == nil {
            throw ValidationError("--endpoint needs --endpoint-model and --prompt.")
        }
        if !(1...ChatEndpoint.candidatesMost).contains(candidates) {
            throw ValidationError("--candidates must be 1...\(ChatEndpoint.candidatesMost), found \(candidates).")
        }
        if !(0...2).contains(temperature) {
            throw ValidationError("--temperature must be 0...2, found \(temperature).")
        }
        if !(timeout > 0 && timeout <= 3600) {
            throw ValidationError("--timeout must be above 0 and at most 3600, found \(timeout).")
        }
        if !(0...100).contains(retries) { throw ValidationError("--retries must be 0...100, found \(retries).") }
    }

    /// What the service answers; nil if none is to be asked.
    /// - Throws: ``EndpointError``.
    func candidates() async throws -> [String]? {
        guard let address, let model, let prompt else { return nil }
        let key = Environment.value(of: "OPENAI_API_KEY").flatMap { $0.isEmpty ? nil : $0 }
        let settings = EndpointSettings(
            address: address, model: model, key: key, retries: retries, timeout: timeout)
        var endpoint = try ChatEndpoint(settings) { trouble in
            FileDescriptor.standardError.tell("anneal-prefer: \(address): \(trouble)\n")
        }
        return try await endpoint.candidates(prompt, count: candidates, temperature: temperature)
    }
}

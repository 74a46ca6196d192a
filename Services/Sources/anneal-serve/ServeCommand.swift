import Anneal
import AnnealHTTP
import AnnealServiceKit
import ArgumentParser
import FoundationEssentials
import Logging

/// The command line of the service: `anneal-serve`.
@main
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anneal-serve",
        abstract: "Serve embeddings over HTTP, as OpenAI and text-embeddings-inference do.",
        discussion: """
            POST /v1/embeddings and GET /v1/models for OpenAI's clients; POST /embed, /embed_all, /similarity, /rerank, \
            /tokenize, /decode and GET /info, /health, /metrics for those of text-embeddings-inference; POST /explain, \
            /compare; a page to try it at /; all of it described in /openapi.json. On SIGTERM and SIGINT requests that \
            are running are finished first.

            Options may be given as environment variables instead: ANNEAL_PORT for --port, ANNEAL_MAX_TEXTS for \
            --max-texts, and so on; the command line wins. ANNEAL_MODEL is one path, ANNEAL_CORS_ORIGIN and \
            ANNEAL_API_KEYS (the keys themselves) have commas between several.

            Examples:
              anneal-serve
              anneal-serve --port 9000 --model mine.anneal --model other=theirs.anneal
              ANNEAL_HOST=0.0.0.0 ANNEAL_LOG_FORMAT=json anneal-serve
              curl localhost:8080/embed -d '{"inputs": "turn the light off"}'

            Exit status: 0 ended as asked; 64 wrong usage; 66 a file of keys or a certificate cannot be read; 69 the \
            model is missing or corrupt; 74 it cannot listen.
            """,
        version: "anneal-serve \(Server.version)")

    /// What may come from the environment instead, beside what ``LimitOptions`` has.
    private static let variables = [
        "host", "port", "mode", "tls-certificates", "tls-key", "cors-origin", "log-level", "log-format",
    ]

    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let variables = OptionVariables.arguments(
            for: variables + LimitOptions.variables, flags: ["any-model-name", "accept-token-ids"], in: environment)
        await main(variables + CommandLine.arguments.dropFirst())
    }

    @Option(help: "The address to listen at.")
    var host = "127.0.0.1"
    @Option(help: "The port; 0 for any that is free.")
    var port = 8080
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A model file, as NAME=PATH or PATH; may be given several times. Without NAME the one that the file says it has, or the file's own. Default: the shipped model, also as 'anneal'.",
            valueName: "model"))
    var model: [String] = []
    @Flag(help: "Serve the first model under every name, for clients whose name for it cannot be changed.")
    var anyModelName = false
    @Flag(
        name: .customLong("accept-token-ids"),
        help: "Embed lists of token ids, which must be those of /tokenize. Most clients that send ids send others'.")
    var acceptTokenIDs = false
    @Option(
        help: "How programs are rewritten: naive, compiled, or annealed for better vectors at half the engine's speed.")
    var mode = Mode.compiled
    @Option(help: ArgumentHelp("A file of API keys, one a line.", valueName: "file"), completion: .file())
    var apiKeys: String?
    @Option(help: ArgumentHelp("The server's certificates, as PEM; needs --tls-key.", valueName: "file"))
    var tlsCertificates: String?
    @Option(help: ArgumentHelp("The server's private key, as PEM.", valueName: "file"))
    var tlsKey: String?
    @Option(
        help: "An origin whose pages may read answers, or '*'; may be given several times. Default: none.")
    var corsOrigin: [String] = []
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @Option(help: "What is logged; debug has a line for each request.")
    var logLevel = Logger.Level.info
    @Option(help: "text, or json for one object a line.")
    var logFormat = LogFormat.text

    func validate() throws {
        guard (tlsCertificates == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificates and --tls-key go together.")
        }
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port: expected 0...65535, found \(port).")
        }
    }

    func run() async throws {
        FileLimit.raise()
        let logger = logFormat.logger(level: logLevel)
        let keys = try keys(logger)
        let models: [ServedModel]
        do {
            models = try self.models()
        } catch let error as EngineError {
            throw fail(69, "no model", "\(error)", logger)
        }
        var requestLimits = limits.limits
        requestLimits.acceptsTokenIDs = acceptTokenIDs
        let origins = AllowedOrigins(corsOrigin.flatMap { $0.split(separator: ",").map(String.init) })
        let service = EmbeddingService(
            models: models, limits: requestLimits, keys: keys, origins: origins, servesAnyName: anyModelName)
        let tls = tlsCertificates.flatMap { certificates in
            tlsKey.map { TLSFiles(certificates: certificates, key: $0) }
        }
        let server: Server
        do {
            server = try Server(
                service, host: host, port: port, limits: limits.limits, tls: tls, logger: logger
            ) { port in
                logger.info("listening", metadata: ["host": "\(host)", "port": "\(port)"])
            }
        } catch {
            throw fail(66, "the certificate or its key cannot be used", "\(error)", logger)
        }
        do {
            try await server.run(noticeSeconds: limits.noticeSeconds)
        } catch {
            throw fail(74, "the server ended", "\(host):\(port): \(error)", logger)
        }
    }

    private func fail(_ status: Int32, _ message: Logger.Message, _ error: String, _ logger: Logger) -> ExitCode {
        logger.critical(message, metadata: ["error": "\(error)"])
        return ExitCode(status)
    }

    private func models() throws -> [ServedModel] {
        guard !model.isEmpty else { return [ServedModel(fileName: "anneal", engine: try Engine(), mode: mode)] }
        var models: [ServedModel] = []
        for argument in model.map(ModelArgument.init) {
            let served = ServedModel(
                name: argument.isNamed ? argument.name : nil, fileName: argument.name,
                engine: try Engine(path: argument.path), mode: mode)
            guard !models.contains(where: { $0.name == served.name }) else {
                throw ValidationError("--model: expected different names, found \(served.name) twice; say NAME=PATH.")
            }
            models.append(served)
        }
        return models
    }

    private func keys(_ logger: Logger) throws -> APIKeys {
        do {
            return try APIKeys(file: apiKeys, variable: ProcessInfo.processInfo.environment["ANNEAL_API_KEYS"])
        } catch .unreadable(let path) {
            throw fail(66, "no keys", "--api-keys: \(APIKeysError.unreadable(path))", logger)
        } catch {
            throw ValidationError("API keys: \(error).")
        }
    }
}

import Anneal
import AnnealConcepts
import AnnealHTTP
import AnnealPlatform
import AnnealServiceKit
import ArgumentParser
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
            /compare, /complete; a page to try it at /; all of it described in /openapi.json. On SIGTERM and SIGINT \
            requests that are running are finished first.

            encoding_format of /v1/embeddings may be a codec and the bytes of a code, as search:10. Two ship with the \
            default model, search and pair; --codec names others, as 'anneal codes train' writes them.

            Options may be given as environment variables instead: ANNEAL_PORT for --port, ANNEAL_MAX_TEXTS for \
            --max-texts, and so on; the command line wins. ANNEAL_MODEL, ANNEAL_LOOKUP and ANNEAL_CODEC are one each, ANNEAL_CORS_ORIGIN and \
            ANNEAL_API_KEYS (the keys themselves) have commas between several.

            Examples:
              anneal-serve
              anneal-serve --port 9000 --model mine.anneal --model other=theirs.anneal
              anneal-serve --lookup emoji.embd --completions mine.completions
              ANNEAL_HOST=0.0.0.0 ANNEAL_LOG_FORMAT=json anneal-serve
              curl localhost:8080/embed -d '{"inputs": "turn the light off"}'

            Exit status: 0 ended as asked; 64 wrong usage; 66 a file of keys or a certificate cannot be read; 69 a \
            model, or a table, codec or model of completions of it, is missing or corrupt; 74 it cannot listen.
            """,
        version: "anneal-serve \(Engine.version)")

    static func main() async {
        do {
            let arguments = try ServiceOptions.arguments(
                for: LimitOptions.variables + ["host", "port", "cors-origin", "codec", "completions"],
                flags: ["any-model-name", "accept-token-ids"])
            await main(arguments)
        } catch {
            exit(withError: error)
        }
    }

    @Option(help: "The address to listen at.")
    var host = "127.0.0.1"
    @Option(help: "The port; 0 for any that is free.")
    var port = 8080
    @OptionGroup var options: ServiceOptions
    @Flag(help: "Serve the first model under every name, for clients whose name for it cannot be changed.")
    var anyModelName = false
    @Flag(
        name: .customLong("accept-token-ids"),
        help: "Embed lists of token ids, which must be those of /tokenize. Most clients that send ids send others'.")
    var acceptTokenIDs = false
    @Option(
        help: "An origin whose pages may read answers, or '*'; may be given several times. Default: none.")
    var corsOrigin: [String] = []
    @Option(
        help: ArgumentHelp(
            "A codec that /v1/embeddings may be asked for, as NAME=PATH or PATH: 'anneal codes train'; may be given several times.",
            valueName: "codec"))
    var codec: [String] = []
    @Option(
        help: ArgumentHelp(
            "The model of completions for /complete and the page: 'anneal complete --train'.", valueName: "file"),
        completion: .file())
    var completions: String?
    @OptionGroup(title: "Limits") var limits: LimitOptions

    func validate() throws { try ServiceOptions.check([("--port", port)], in: 0...65_535) }

    func run() async throws {
        ServiceOptions.raiseFileLimit()
        let logger = options.logger(label: "anneal-serve")
        let keys = try options.keys(logger)
        let tls = try options.tls(logger)
        var limits = limits.limits
        limits.drainSeconds = options.drainSeconds
        limits.acceptsTokenIDs = acceptTokenIDs
        var models = try options.models(logger)
        try options.openCodecs(codec, reserved: EmbeddingService.plainForms, of: &models, logger)
        let service = EmbeddingService(
            models: models, limits: limits, keys: keys,
            origins: AllowedOrigins(corsOrigin.flatMap { $0.split(separator: ",").map(String.init) }),
            completions: try completions.map { try open($0, among: models, logger) }, servesAnyName: anyModelName)
        do {
            let server = try Server(service, host: host, port: port, limits: limits, tls: tls, logger: logger) {
                [host] port in
                logger.info("listening", metadata: ["host": "\(host)", "port": "\(port)"])
            }
            try await server.run(noticeSeconds: self.limits.noticeSeconds)
        } catch {
            throw ServiceOptions.failure(74, "the server ended", "\(host):\(port): \(error)", logger)
        }
    }

    /// Opens the model of completions.
    private func open(_ path: String, among models: [ServedModel], _ logger: Logger) throws -> ServedCompletions {
        do throws(CompletionError) {
            return try ServedCompletions(CompletionModel(Path(argument: path)), among: models)
        } catch {
            throw ServiceOptions.failure(69, "no model of completions", "\(path): \(error)", logger)
        }
    }
}

/// What requests and connections may ask for, as options.
struct LimitOptions: ParsableArguments {
    @Option(help: "The most texts of a request.") var maxTexts = Limits().texts
    @Option(help: "The most bytes of a request.") var maxBodyBytes = Limits().bodyBytes
    @Option(help: "The most requests that are worked on or wait; more get status 429.")
    var maxRequests = Limits().requests
    @Option(help: "The most bytes of all requests that are worked on or wait; more get status 429.")
    var maxHeldBytes = Limits().heldBytes
    @Option(help: "The most pairs of an answer of /compare, unless the request says another number.")
    var maxPairs = Limits().pairs
    @Option(help: "The most connections; more wait.") var maxConnections = Limits().connections
    @Option(help: "Seconds after which a connection without a request is closed.")
    var idleSeconds = Limits().idleSeconds
    @Option(help: "Seconds within which a request must have arrived, and a response have been taken.")
    var transferSeconds = Limits().transferSeconds
    @Option(help: "Seconds for which /ready says no before connections are refused at the end.")
    var noticeSeconds = 0

    /// All of them may come from the environment instead.
    static let variables = [
        "max-texts", "max-body-bytes", "max-requests", "max-held-bytes", "max-connections", "max-pairs", "idle-seconds",
        "transfer-seconds", "notice-seconds",
    ]

    var limits: Limits {
        var limits = Limits()
        limits.texts = maxTexts
        limits.bodyBytes = maxBodyBytes
        limits.requests = maxRequests
        limits.heldBytes = maxHeldBytes
        limits.pairs = maxPairs
        limits.connections = maxConnections
        limits.idleSeconds = idleSeconds
        limits.transferSeconds = transferSeconds
        return limits
    }

    func validate() throws {
        try ServiceOptions.check([
            ("--max-texts", maxTexts), ("--max-requests", maxRequests), ("--max-connections", maxConnections),
            ("--idle-seconds", idleSeconds), ("--transfer-seconds", transferSeconds),
        ])
        try ServiceOptions.check(
            [("--max-body-bytes", maxBodyBytes), ("--max-held-bytes", maxHeldBytes)], in: 1...(1 << 50))
        try ServiceOptions.check([("--max-pairs", maxPairs)], in: 0...Limits.pairsMax)
        try ServiceOptions.check([("--notice-seconds", noticeSeconds)], in: 0...Int(Int32.max))
    }
}

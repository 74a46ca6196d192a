import Anneal
import AnnealServe
import ArgumentParser
import Foundation
import Logging

/// The command line of the service: `anneal-serve`.
@main
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anneal-serve",
        abstract: "Serve embeddings over HTTP, as OpenAI and text-embeddings-inference do.",
        discussion: """
            POST /v1/embeddings, GET /v1/models for OpenAI's clients; POST /embed, /similarity, /rerank, /tokenize, /decode and \
            GET /info, /health, /metrics for those of text-embeddings-inference; POST /explain, /compare; a page to try it \
            at /. On SIGTERM and SIGINT requests that are running are finished first.

            Every option may be given as an environment variable instead: ANNEAL_HOST, ANNEAL_PORT, ANNEAL_MODEL, \
            ANNEAL_API_KEYS (separated by commas), ANNEAL_LOG_LEVEL.

            Examples:
              anneal-serve
              anneal-serve --port 9000 --model mine.anneal --model other=theirs.anneal
              curl localhost:8080/embed -d '{"inputs": "turn the light off"}'
            """,
        version: "anneal-serve 0.1.0")

    @Option(help: "The address to listen at. Default: 127.0.0.1.")
    var host: String?
    @Option(help: "The port; 0 for any that is free. Default: 8080.")
    var port: Int?
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A model file, as NAME=PATH or PATH; may be given several times. Default: the shipped model, as 'anneal'.",
            valueName: "model"))
    var model: [String] = []
    @Option(help: ArgumentHelp("A file of API keys, one a line.", valueName: "file"), completion: .file())
    var apiKeys: String?
    @Option(help: "The most texts of a request.")
    var maxTexts = 2048
    @Option(help: "The most bytes of a request.")
    var maxBodyBytes = 16 << 20
    @Option(help: "The most requests that are worked on or wait; more get status 429.")
    var maxRequests = 512
    @Option(help: "Seconds after which a connection on which nothing happens is closed.")
    var idleSeconds = 60
    @Option(help: "trace, debug, info, notice, warning, error or critical. Default: info.")
    var logLevel: String?

    func validate() throws {
        for (name, value) in [
            ("--max-texts", maxTexts), ("--max-body-bytes", maxBodyBytes), ("--max-requests", maxRequests),
            ("--idle-seconds", idleSeconds),
        ] where value < 1 {
            throw ValidationError("\(name) must be at least 1, found \(value).")
        }
        if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be 0...65535, found \(port).") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        var logger = Logger(label: "anneal-serve") { StreamLogHandler.standardError(label: $0) }
        let levelName = logLevel ?? environment["ANNEAL_LOG_LEVEL"] ?? "info"
        guard let level = Logger.Level(rawValue: levelName) else {
            throw ValidationError("--log-level: expected a level, found \(levelName).")
        }
        logger.logLevel = level
        var limits = Limits()
        limits.texts = maxTexts
        limits.bodyBytes = maxBodyBytes
        limits.requests = maxRequests
        limits.idleSeconds = idleSeconds
        let models: [ServedModel]
        do {
            models = try self.models()
        } catch let error as EngineError {
            logger.critical("no model", metadata: ["error": "\(error)"])
            throw ExitCode(69)
        }
        let service = EmbeddingService(
            models: models, limits: limits, keys: APIKeys(try keys(environment["ANNEAL_API_KEYS"])))
        let host = host ?? environment["ANNEAL_HOST"] ?? "127.0.0.1"
        let port = try port ?? ServeCommand.port(environment["ANNEAL_PORT"])
        let announcing = logger
        let application = Server.application(service, host: host, port: port, limits: limits, logger: logger) { port in
            announcing.info("listening", metadata: ["host": "\(host)", "port": "\(port)"])
        }
        do {
            try await application.runService()
        } catch {
            logger.critical("the server ended", metadata: ["host": "\(host)", "port": "\(port)", "error": "\(error)"])
            throw ExitCode(74)
        }
    }

    private static func port(_ text: String?) throws -> Int {
        guard let text else { return 8080 }
        guard let port = Int(text), (0...65_535).contains(port) else {
            throw ValidationError("ANNEAL_PORT: expected 0...65535, found \(text).")
        }
        return port
    }

    private func models() throws -> [ServedModel] {
        guard !model.isEmpty else { return [ServedModel(name: "anneal", engine: try Engine())] }
        var models: [ServedModel] = []
        for argument in model {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let path = parts.count == 2 ? parts[1] : argument
            let name =
                parts.count == 2 ? parts[0] : URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            guard !models.contains(where: { $0.name == name }) else {
                throw ValidationError("--model: expected different names, found \(name) twice.")
            }
            models.append(ServedModel(name: name, engine: try Engine(path: path)))
        }
        return models
    }

    private func keys(_ variable: String?) throws -> [String] {
        var keys = variable.map { $0.split(separator: ",").map(String.init) } ?? []
        if let apiKeys {
            guard let text = try? String(contentsOfFile: apiKeys, encoding: .utf8) else {
                throw ValidationError("--api-keys: cannot read \(apiKeys) as UTF-8.")
            }
            keys += text.split(whereSeparator: \.isWhitespace).map(String.init)
            // A file without keys is a mistake, and must not open the door.
            guard !keys.isEmpty else { throw ValidationError("--api-keys: expected keys in \(apiKeys), found none.") }
        }
        return keys
    }
}

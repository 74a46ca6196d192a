import Anneal
import AnnealServe
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

            Options may be given as environment variables instead: ANNEAL_HOST, ANNEAL_PORT, ANNEAL_MODEL (one path), \
            ANNEAL_API_KEYS (separated by commas), ANNEAL_LOG_LEVEL, ANNEAL_LOG_FORMAT.

            Examples:
              anneal-serve
              anneal-serve --port 9000 --model mine.anneal --model other=theirs.anneal
              curl localhost:8080/embed -d '{"inputs": "turn the light off"}'

            Exit status: 0 ended as asked; 64 wrong usage; 66 a file of keys or a certificate cannot be read; 69 the \
            model is missing or corrupt; 74 it cannot listen.
            """,
        version: "anneal-serve \(Server.version)")

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
    @Option(help: ArgumentHelp("The server's certificates, as PEM; needs --tls-key.", valueName: "file"))
    var tlsCertificates: String?
    @Option(help: ArgumentHelp("The server's private key, as PEM.", valueName: "file"))
    var tlsKey: String?
    @Option(help: "An origin whose pages may read answers, or '*'; may be given several times. Default: none.")
    var corsOrigin: [String] = []
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @Option(help: "trace, debug, info, notice, warning, error or critical. Default: info.")
    var logLevel: String?
    @Option(help: "text, or json for one object a line. Default: text.")
    var logFormat: String?

    func validate() throws {
        guard (tlsCertificates == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificates and --tls-key go together.")
        }
    }

    func run() async throws {
        FileLimit.raise()
        let environment = ProcessInfo.processInfo.environment
        let logger = try logger(environment)
        let host = host ?? environment["ANNEAL_HOST"] ?? "127.0.0.1"
        let port = try port(environment["ANNEAL_PORT"])
        let keys = APIKeys(try keys(environment["ANNEAL_API_KEYS"], logger))
        let models: [ServedModel]
        do {
            models = try self.models()
        } catch let error as EngineError {
            throw fail(69, "no model", "\(error)", logger)
        }
        let service = EmbeddingService(
            models: models, limits: limits.limits, keys: keys, origins: AllowedOrigins(corsOrigin))
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

    private func logger(_ environment: [String: String]) throws -> Logger {
        let format = logFormat ?? environment["ANNEAL_LOG_FORMAT"] ?? "text"
        let name = logLevel ?? environment["ANNEAL_LOG_LEVEL"] ?? "info"
        guard ["text", "json"].contains(format) else {
            throw ValidationError("--log-format: expected text or json, found \(format).")
        }
        guard let level = Logger.Level(rawValue: name) else {
            throw ValidationError("--log-level: expected a level, found \(name).")
        }
        var logger = Logger(label: "anneal-serve") { label -> any LogHandler in
            format == "json" ? StructuredLogHandler(label: label) : StreamLogHandler.standardError(label: label)
        }
        logger.logLevel = level
        return logger
    }

    private func port(_ variable: String?) throws -> Int {
        let text = port.map(String.init) ?? variable ?? "8080"
        guard let port = Int(text), (0...65_535).contains(port) else {
            throw ValidationError("--port: expected 0...65535, found \(text).")
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
                parts.count == 2 ? parts[0] : URL(filePath: path).deletingPathExtension().lastPathComponent
            guard !models.contains(where: { $0.name == name }) else {
                throw ValidationError("--model: expected different names, found \(name) twice.")
            }
            models.append(ServedModel(name: name, engine: try Engine(path: path)))
        }
        return models
    }

    private func keys(_ variable: String?, _ logger: Logger) throws -> [String] {
        var keys = variable.map { $0.split(separator: ",").map(String.init) } ?? []
        if let apiKeys {
            guard let text = try? String(contentsOfFile: apiKeys, encoding: .utf8) else {
                throw fail(66, "no keys", "--api-keys: cannot read \(apiKeys) as UTF-8", logger)
            }
            keys += text.split(whereSeparator: \.isWhitespace).map(String.init)
            // A file without keys is a mistake, and must not open the door.
            guard !keys.isEmpty else { throw ValidationError("--api-keys: expected keys in \(apiKeys), found none.") }
        }
        return keys
    }
}

import Anneal
import AnnealGRPC
import ArgumentParser
import FoundationEssentials
import Logging

/// The command line of the service: `anneal-grpc`.
@main
struct GRPCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anneal-grpc",
        abstract: "Serve embeddings over gRPC, as text-embeddings-inference does.",
        discussion: """
            The services tei.v1.Info, tei.v1.Embed (Embed, EmbedStream, EmbedAll, EmbedAllStream) and tei.v1.Tokenize \
            (Tokenize, TokenizeStream, Decode, DecodeStream) of text-embeddings-inference; other calls are answered \
            UNIMPLEMENTED. A stream may have any length: each response is sent before the next request is read. On \
            SIGTERM and SIGINT calls that are running are finished first.

            Options may be given as environment variables instead: ANNEAL_HOST, ANNEAL_PORT, ANNEAL_MODEL (a path), \
            ANNEAL_API_KEYS (separated by commas), ANNEAL_LOG_LEVEL.

            Examples:
              anneal-grpc
              anneal-grpc --port 9000 --model mine.anneal --api-keys keys.txt
              grpcurl -plaintext -import-path GRPC/Protos -proto tei/v1/tei.proto \\
                -d '{"inputs": "turn the light off", "normalize": true}' localhost:50051 tei.v1.Embed/Embed

            Exit status: 0 ended as asked; 64 wrong usage; 66 a file of keys or a certificate cannot be read; 69 the \
            model is missing or corrupt; 74 it cannot listen.
            """,
        version: "anneal-grpc \(Server.version)")

    @Option(help: "The IPv4 or IPv6 address to listen at. Default: 127.0.0.1.")
    var host: String?
    @Option(help: "The port; 0 for any that is free. Default: 50051.")
    var port: Int?
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The model file, as PATH or NAME=PATH. Default: the shipped model, as 'anneal'.", valueName: "model"))
    var model: String?
    @Option(
        help: ArgumentHelp(
            "A file of API keys, one a line. Clients send one as metadata: 'authorization: Bearer KEY'.",
            valueName: "file"), completion: .file())
    var apiKeys: String?
    @Option(help: ArgumentHelp("The server's certificates, as PEM; needs --tls-key.", valueName: "file"))
    var tlsCertificates: String?
    @Option(help: ArgumentHelp("The server's private key, as PEM.", valueName: "file"))
    var tlsKey: String?
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @Option(help: "trace, debug (a line for each call), info, notice, warning, error or critical. Default: info.")
    var logLevel: String?

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
        let tls = try tls(logger)
        let model: ServedModel
        do {
            model = try self.servedModel()
        } catch let error as EngineError {
            throw fail(69, "no model", "\(error)", logger)
        }
        let server = Server(
            model, host: host, port: port, limits: limits.limits, keys: keys, tls: tls, logger: logger
        ) { port in
            logger.info("listening", metadata: ["host": "\(host)", "port": "\(port)"])
        }
        do {
            try await server.run()
        } catch {
            throw fail(74, "the server ended", "\(host):\(port): \(error)", logger)
        }
    }

    private func fail(_ status: Int32, _ message: Logger.Message, _ error: String, _ logger: Logger) -> ExitCode {
        logger.critical(message, metadata: ["error": "\(error)"])
        return ExitCode(status)
    }

    private func logger(_ environment: [String: String]) throws -> Logger {
        let name = logLevel ?? environment["ANNEAL_LOG_LEVEL"] ?? "info"
        guard let level = Logger.Level(rawValue: name) else {
            throw ValidationError("--log-level: expected a level, found \(name).")
        }
        var logger = Logger(label: "anneal-grpc") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }

    private func port(_ variable: String?) throws -> Int {
        let text = port.map(String.init) ?? variable ?? "50051"
        guard let port = Int(text), (0...65_535).contains(port) else {
            throw ValidationError("--port: expected 0...65535, found \(text).")
        }
        return port
    }

    private func servedModel() throws -> ServedModel {
        guard let model else { return ServedModel(name: "anneal", engine: try Engine(), limits: limits.limits) }
        let parts = model.split(separator: "=", maxSplits: 1).map(String.init)
        let path = parts.count == 2 ? parts[1] : model
        let name = parts.count == 2 ? parts[0] : URL(filePath: path).deletingPathExtension().lastPathComponent
        return ServedModel(name: name, engine: try Engine(path: path), limits: limits.limits)
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

    private func tls(_ logger: Logger) throws -> TLSFiles? {
        guard let tlsCertificates, let tlsKey else { return nil }
        let files = TLSFiles(certificates: tlsCertificates, key: tlsKey)
        do {
            try files.check()
        } catch {
            throw fail(66, "the certificate or its key cannot be used", "\(error)", logger)
        }
        return files
    }
}

import Anneal
import AnnealGRPC
import AnnealServiceKit
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

            Options may be given as environment variables instead: ANNEAL_PORT for --port, ANNEAL_MAX_CALLS for \
            --max-calls, and so on; the command line wins. ANNEAL_MODEL is a path, ANNEAL_API_KEYS has the keys \
            themselves, with commas between them.

            Examples:
              anneal-grpc
              anneal-grpc --port 9000 --model mine.anneal --api-keys keys.txt
              grpcurl -plaintext -import-path Services/Protos -proto tei/v1/tei.proto \\
                -d '{"inputs": "turn the light off", "normalize": true}' localhost:50051 tei.v1.Embed/Embed

            Exit status: 0 ended as asked; 64 wrong usage; 66 a file of keys or a certificate cannot be read; 69 the \
            model is missing or corrupt; 74 it cannot listen.
            """,
        version: "anneal-grpc \(Server.version)")

    /// What may come from the environment instead, beside what ``LimitOptions`` has.
    private static let variables = ["host", "port", "mode", "tls-certificates", "tls-key", "log-level"]

    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let variables = OptionVariables.arguments(for: variables + LimitOptions.variables, in: environment)
        await main(variables + CommandLine.arguments.dropFirst())
    }

    @Option(help: "The IPv4 or IPv6 address to listen at.")
    var host = "127.0.0.1"
    @Option(help: "The port; 0 for any that is free.")
    var port = 50051
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The model file, as PATH or NAME=PATH. Default: the shipped model, as 'anneal'.", valueName: "model"))
    var model: String?
    @Option(
        help: "How programs are rewritten: naive, compiled, or annealed for better vectors at half the engine's speed.")
    var mode = Mode.compiled
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
    @Option(help: "What is logged; debug has a line for each call.")
    var logLevel = Logger.Level.info

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
        let logger = logger()
        let keys = try keys(logger)
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

    private func logger() -> Logger {
        var logger = Logger(label: "anneal-grpc") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        return logger
    }

    private func servedModel() throws -> ServedModel {
        guard let model else {
            return ServedModel(name: "anneal", engine: try Engine(), mode: mode, limits: limits.limits)
        }
        let argument = ModelArgument(model)
        return ServedModel(
            name: argument.name, engine: try Engine(path: argument.path), mode: mode, limits: limits.limits)
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

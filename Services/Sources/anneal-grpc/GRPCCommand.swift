import Anneal
import AnnealGRPC
import AnnealServiceKit
import ArgumentParser
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
            --max-calls, and so on; the command line wins. ANNEAL_MODEL and ANNEAL_LOOKUP are paths, ANNEAL_API_KEYS has the keys \
            themselves, with commas between them.

            Examples:
              anneal-grpc
              anneal-grpc --port 9000 --model mine.anneal --api-keys keys.txt
              grpcurl -plaintext -import-path Services/Protos -proto tei/v1/tei.proto \\
                -d '{"inputs": "turn the light off", "normalize": true}' localhost:50051 tei.v1.Embed/Embed

            Exit status: 0 ended as asked; 64 wrong usage; 66 a file of keys or a certificate cannot be read; 69 the \
            model or its lookup table is missing or corrupt; 74 it cannot listen.
            """,
        version: "anneal-grpc \(Engine.version)")

    static func main() async {
        do {
            await main(try ServiceOptions.arguments(for: LimitOptions.variables + ["host", "port"]))
        } catch {
            exit(withError: error)
        }
    }

    @Option(help: "The IPv4 or IPv6 address to listen at.")
    var host = "127.0.0.1"
    @Option(help: "The port; 0 for any that is free.")
    var port = 50051
    @OptionGroup var options: ServiceOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions

    func validate() throws {
        try ServiceOptions.check([("--port", port)], in: 0...65_535)
        // No call of tei.v1 names a model.
        guard options.model.count <= 1 else {
            throw ValidationError("--model: expected one model, found \(options.model.count).")
        }
    }

    func run() async throws {
        ServiceOptions.raiseFileLimit()
        let logger = options.logger(label: "anneal-grpc")
        let keys = try options.keys(logger)
        let tls = try options.tls(logger)
        var limits = limits.limits
        limits.drainSeconds = options.drainSeconds
        let server = Server(
            try options.models(logger)[0], host: host, port: port, limits: limits, keys: keys, tls: tls, logger: logger
        ) { [host] port in
            logger.info("listening", metadata: ["host": "\(host)", "port": "\(port)"])
        }
        do {
            try await server.run()
        } catch {
            throw ServiceOptions.failure(74, "the server ended", "\(host):\(port): \(error)", logger)
        }
    }
}

/// What calls and connections may ask for, as options.
struct LimitOptions: ParsableArguments {
    @Option(help: "The most bytes of a message. Times --max-calls, it bounds the memory that requests can hold.")
    var maxMessageBytes = Limits().messageBytes
    @Option(help: "The most calls that are worked on, a stream being one; more get RESOURCE_EXHAUSTED.")
    var maxCalls = Limits().calls
    @Option(help: "Seconds after which a connection without a call is closed.")
    var idleSeconds = Limits().idleSeconds

    /// All of them may come from the environment instead.
    static let variables = ["max-message-bytes", "max-calls", "idle-seconds"]

    var limits: Limits {
        var limits = Limits()
        limits.messageBytes = maxMessageBytes
        limits.calls = maxCalls
        limits.idleSeconds = idleSeconds
        return limits
    }

    func validate() throws {
        try ServiceOptions.check([
            ("--max-message-bytes", maxMessageBytes), ("--max-calls", maxCalls), ("--idle-seconds", idleSeconds),
        ])
    }
}

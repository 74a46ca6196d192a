public import AnnealServiceKit
import GRPCCore
import GRPCNIOTransportHTTP2Posix
public import Logging
import ServiceLifecycle
import UnixSignals

/// A server of `tei.v1`: what listens, what calls may ask for, and how it ends.
///
/// - Source: https://github.com/huggingface/text-embeddings-inference, proto/tei.proto
public struct Server: Sendable {
    private let listener: Listener
    private let limits: Limits
    private let logger: Logger

    /// - Parameters:
    ///   - host: an IPv4 or IPv6 address, or `localhost`.
    ///   - port: 0 lets the system choose.
    ///   - keys: what clients must send; none lets everyone in.
    ///   - tls: nil for plain HTTP/2.
    ///   - onRunning: called with the port once the server listens.
    public init(
        _ model: ServedModel, host: String, port: Int, limits: Limits = Limits(), keys: APIKeys = APIKeys([]),
        tls: TLSFiles? = nil, logger: Logger, onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.limits = limits
        self.logger = logger
        let transport = HTTP2ServerTransport.Posix(
            address: host.contains(":")
                ? .ipv6(host: host, port: port) : .ipv4(host: host == "localhost" ? "127.0.0.1" : host, port: port),
            transportSecurity: Server.security(tls),
            config: .defaults { config in
                config.rpc.maxRequestPayloadSize = limits.messageBytes
                // More calls of one client wait with the client.
                config.http2.maxConcurrentStreams = limits.calls
                config.connection.maxIdleTime = .seconds(limits.idleSeconds)
                // A client that has vanished is noticed within two minutes, not two hours.
                config.connection.keepalive.time = .seconds(100)
            })
        let server = GRPCServer(
            transport: transport, services: Server.services(model, limits),
            interceptors: [
                CallInterceptor(keys: keys, admission: Admission(limit: limits.calls, of: "calls"), logger: logger)
            ])
        listener = Listener(server: server) { await onRunning($0 ?? port) }
    }

    private static func security(_ tls: TLSFiles?) -> HTTP2ServerTransport.Posix.TransportSecurity {
        guard let tls else { return .plaintext }
        return .tls(
            certificateChain: [.file(path: tls.certificates, format: .pem)],
            privateKey: .file(path: tls.key, format: .pem))
    }

    static func services(_ model: ServedModel, _ limits: Limits) -> [any RegistrableRPCService] {
        [InfoService(model: model, limits: limits), EmbedService(model: model), TokenizeService(model: model)]
    }

    /// Serves until SIGTERM or SIGINT; then takes no new calls, finishes what is running, and returns.
    /// - Throws: where it cannot listen, or the certificate or its key cannot be used.
    public func run() async throws {
        var configuration = ServiceGroupConfiguration(
            services: [listener], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(limits.drainSeconds)
        try await ServiceGroup(configuration: configuration).run()
    }
}

public import AnnealServiceKit
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import UnixSignals

/// A server over the service: what listens, for how long connections may take, and how it ends.
public struct Server: Sendable {
    private let service: EmbeddingService
    private let limits: Limits
    private let logger: Logger
    private let application: Application<EmbeddingService>

    /// - Parameters:
    ///   - port: 0 lets the system choose.
    ///   - tls: nil for plain HTTP.
    ///   - onRunning: called with the port once the server listens.
    /// - Throws: for a certificate or key that cannot be used.
    public init(
        _ service: EmbeddingService, host: String, port: Int, limits: Limits, tls: TLSFiles? = nil, logger: Logger,
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        self.service = service
        self.limits = limits
        self.logger = logger
        let plain = HTTPServerBuilder.http1(
            configuration: .init(additionalChannelHandlers: [
                HTTPVersionHandler.Inserter(), ContinueHandler(limits), ConnectionDeadlines(limits),
                AdmissionHandler(service.admission, metrics: service.metrics),
            ]))
        var configuration = tls?.configuration
        configuration?.applicationProtocols = ["http/1.1"]
        application = Application(
            responder: service,
            server: try configuration.map { try .tls(plain, tlsConfiguration: $0) } ?? plain,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "anneal", backlog: 1024,
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
            logger: logger)
    }

    /// Serves until SIGTERM or SIGINT; then takes no new connections, finishes what is running, and returns.
    /// - Parameter noticeSeconds: how long `/ready` says no before connections are refused.
    /// - Throws: where it cannot listen.
    public func run(noticeSeconds: Int = 0) async throws {
        service.readiness.wait(seconds: noticeSeconds)
        // They are ended in the reverse order.
        var configuration = ServiceGroupConfiguration(
            services: [application, service.readiness], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(limits.drainSeconds + noticeSeconds)
        try await ServiceGroup(configuration: configuration).run()
    }
}

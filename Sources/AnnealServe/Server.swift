public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore

/// A server over the service: what listens, for how long connections may idle, and how it ends.
public enum Server {
    /// - Parameters:
    ///   - onRunning: called with the port once the server listens; a port of 0 lets the system choose.
    public static func application(
        _ service: EmbeddingService, host: String, port: Int, limits: Limits, logger: Logger,
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> Application<EmbeddingService> {
        Application(
            responder: service,
            server: .http1(configuration: .init(idleTimeout: .seconds(Int64(limits.idleSeconds)))),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "anneal"),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
            logger: logger)
    }
}

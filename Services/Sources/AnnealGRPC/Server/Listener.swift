import GRPCCore
import GRPCNIOTransportHTTP2Posix
import ServiceLifecycle

/// The gRPC server as a service that a group runs and ends.
struct Listener: Service {
    let server: GRPCServer<HTTP2ServerTransport.Posix>
    let onRunning: @Sendable (Int?) async -> Void

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.serve() }
                group.addTask {
                    // Where it cannot listen, `serve` says why.
                    guard let address = try? await server.transport.listeningAddress else { return }
                    await onRunning(address.ipv4?.port ?? address.ipv6?.port)
                }
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            server.beginGracefulShutdown()
        }
    }
}

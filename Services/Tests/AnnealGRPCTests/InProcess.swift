import Anneal
import AnnealServiceKit
import GRPCCore
import GRPCInProcessTransport
import Logging

@testable import AnnealGRPC

/// The services with a client in the same process: all but the sockets.
enum InProcess {
    static let engine = Result { try Engine() }

    static func run(
        limits: Limits = Limits(), rules: ServedModel.TextRules = .init(), keys: [String] = [],
        _ body: (GRPCClient<InProcessTransport.Client>, Admission) async throws -> Void
    ) async throws {
        let transport = InProcessTransport()
        let admission = Admission(limit: limits.calls, of: "calls")
        let model = ServedModel(fileName: "default", engine: try engine.get(), rules: rules)
        let server = GRPCServer(
            transport: transport.server, services: Server.services(model, limits),
            interceptors: [
                CallInterceptor(keys: APIKeys(keys), admission: admission, logger: Logger(label: "test"))
            ])
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await server.serve() }
            try await withGRPCClient(transport: transport.client) { try await body($0, admission) }
            server.beginGracefulShutdown()
        }
    }
}

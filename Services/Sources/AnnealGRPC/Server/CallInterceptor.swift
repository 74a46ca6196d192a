import AnnealServiceKit
import GRPCCore
import Logging

/// What happens around every call: its key is checked, it is counted, its errors become statuses, and its end is logged.
struct CallInterceptor: ServerInterceptor {
    let keys: APIKeys
    let admission: Admission
    let logger: Logger

    func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>, context: ServerContext,
        next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        let start = ContinuousClock.now
        let method = context.descriptor.fullyQualifiedMethod
        let contents: StreamingServerResponse<Output>.Contents
        let call: Admitted
        do {
            guard keys.allow(request.metadata[stringValues: "authorization"].first(where: { _ in true })) else {
                throw Refusal.unknownKey
            }
            call = try admission.enter()
            contents = try await next(request, context).accepted.get()
        } catch {
            throw refusal(error, method, since: start)
        }
        let producer = contents.producer
        return StreamingServerResponse(metadata: contents.metadata) { writer in
            // Counted until the response is sent, or dropped.
            defer { withExtendedLifetime(call) {} }
            do {
                let trailers = try await producer(writer)
                log(method, "ok", since: start)
                return trailers
            } catch {
                throw refusal(error, method, since: start)
            }
        }
    }

    private func refusal(_ error: any Error, _ method: String, since start: ContinuousClock.Instant) -> RPCError {
        guard let refused = RPCError(refusing: error) else {
            logger.error("call failed", metadata: ["method": "\(method)", "error": "\(error)"])
            return RPCError(code: .internalError, message: "the call failed")
        }
        log(method, refused.code.description, since: start)
        return refused
    }

    private func log(_ method: String, _ status: String, since start: ContinuousClock.Instant) {
        logger.debug(
            "answered",
            metadata: [
                "method": "\(method)", "status": "\(status)",
                "seconds": "\((ContinuousClock.now - start) / .seconds(1))",
            ])
    }
}

import AnnealServiceKit
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Counts requests from their head until their response is taken, and refuses those that would be too many.
///
/// That is decided here, on the event loop and before anything is queued: behind it requests wait for a thread, and where
/// they would be counted only once they have one there never would be too many. What needs no work is always answered, so
/// that who watches the service can see it at its worst.
final class AdmissionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let admission: Admission
    private let metrics: ServiceMetrics
    /// The requests that have no response yet, in their order; nil for one that is not counted.
    private var running: [Admitted?] = []
    /// The rest of a request that was refused.
    private var isRefusing = false

    init(_ admission: Admission, metrics: ServiceMetrics) {
        self.admission = admission
        self.metrics = metrics
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        running = []
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            // Whatever its path: only what is posted is work.
            guard head.method == .post else {
                running.append(nil)
                break
            }
            do throws(Refusal) {
                running.append(try admission.enter())
            } catch {
                // The answers before it come first; these few wait in their own connection, one behind the other.
                guard running.isEmpty else {
                    running.append(nil)
                    break
                }
                isRefusing = true
                refuse(ServiceError(error), head, context)
            }
        case .body: break
        case .end:
            guard !isRefusing else {
                isRefusing = false
                return
            }
        }
        if !isRefusing { context.fireChannelRead(data) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else {
            context.write(data, promise: promise)
            return
        }
        let taken = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        taken.futureResult.whenComplete { _ in
            let handler = bound.value
            // None where the connection is gone.
            if !handler.running.isEmpty { handler.running.removeFirst() }
        }
        context.write(data, promise: taken)
    }

    private func refuse(_ error: ServiceError, _ request: HTTPRequest, _ context: ChannelHandlerContext) {
        let path = request.path?.prefix { $0 != "?" } ?? ""
        let (head, body) = error.response(isOpenAI: Route.isOpenAI(path))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body.bytes)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if request.headerFields[.connection] == "close" { context.close(mode: .output, promise: nil) }
        metrics.answered(Route.routes(at: path).first, status: error.status, error: error.kind)
    }
}

import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client takes too long: to begin a request, to send it, or to take a part of the response.
///
/// What counts is when each of these began, not when the last byte came, so a client that sends or takes a byte now and
/// then is not spared. While the service itself works on a request there is no deadline, however long it takes.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let idle: TimeAmount
    private let transfer: TimeAmount
    private var timer: RepeatedTask?
    /// Requests whose head has come and whose response has not been taken.
    private var running = 0
    private var idleSince = NIODeadline.now()
    /// A request has begun to come and has not ended.
    private var readingSince: NIODeadline?
    /// Parts of responses that the client has not taken.
    private var untaken = 0
    /// Since when it takes the first of them. A long answer has many parts, each of which has its time.
    private var writingSince: NIODeadline?

    init(_ limits: Limits) {
        idle = .seconds(Int64(limits.idleSeconds))
        transfer = .seconds(Int64(limits.transferSeconds))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // One look now and then costs less than a timer for each request.
        let often = min(idle, transfer, .seconds(40)).nanoseconds / 4
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(
            initialDelay: .nanoseconds(often), delay: .nanoseconds(often)
        ) { _ in
            let (handler, context) = bound.value
            handler.look(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            running += 1
            readingSince = .now()
        case .body: break
        case .end: readingSince = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        if case .head = part {
            context.write(data, promise: promise)
            return
        }
        let isEnd = if case .end = part { true } else { false }
        let taken = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        if untaken == 0 { writingSince = .now() }
        untaken += 1
        taken.futureResult.whenComplete { _ in
            let handler = bound.value
            handler.untaken -= 1
            handler.writingSince = handler.untaken > 0 ? .now() : nil
            guard isEnd else { return }
            handler.running -= 1
            handler.idleSince = .now()
        }
        context.write(data, promise: taken)
    }

    private func look(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        if let writingSince {
            if now - writingSince > transfer { context.close(promise: nil) }
        } else if let readingSince {
            if now - readingSince > transfer { refuse(context) }
        } else if running == 0, now - idleSince > idle {
            context.close(promise: nil)
        }
    }

    /// Says why, and closes.
    private func refuse(_ context: ChannelHandlerContext) {
        let error = ServiceError(.requestTimeout, .validation, "the request took too long to arrive")
        var (head, body) = error.response(isOpenAI: false)
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body.bytes)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }
}

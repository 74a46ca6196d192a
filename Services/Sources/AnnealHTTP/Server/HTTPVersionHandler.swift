import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Does what depends on the version of HTTP and on the bare header fields, of which nothing is left above the codec: requests
/// of HTTP/1.0 are answered in HTTP/1.0 without chunks, and their connection is closed; so is that of a request that asks for
/// it, in whatever case and beside whatever else; and only HTTP/1.0 may leave out Host.
///
/// - Source: RFC 9112, sections 3.2, 6.1 and 9.3
final class HTTPVersionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private struct Asked {
        let version: HTTPVersion
        let isLast: Bool
    }

    /// Of the requests that have no response yet, in their order.
    private var asked: [Asked] = []
    /// The head of a request has come that is the connection's last. What follows it is not read: nobody would answer it,
    /// and it would count as waiting for as long as the client likes.
    private var lastHasCome = false
    private var isOver = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        guard case .head(var head) = unwrapInboundIn(data) else {
            if lastHasCome, case .end = unwrapInboundIn(data) { isOver = true }
            context.fireChannelRead(data)
            return
        }
        let isOld = head.version.major < 1 || head.version.major == 1 && head.version.minor < 1
        let isLast = isOld || !head.isKeepAlive
        lastHasCome = isLast
        asked.append(Asked(version: isOld ? head.version : .http1_1, isLast: isLast))
        // In the one form that is looked for above.
        if isLast { head.headers.replaceOrAdd(name: "connection", value: "close") }
        if isOld, !head.headers.contains(name: "host") { head.headers.add(name: "host", value: "") }
        // Before HTTP/1.1 nobody waits for leave to send a body, or sends it in chunks.
        if isOld { head.headers.remove(name: "expect") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            // None where what came was no request.
            if let asked = asked.first, head.status.code >= 200 {
                head.version = asked.version
                if asked.isLast { head.headers.replaceOrAdd(name: "connection", value: "close") }
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            if !asked.isEmpty { asked.removeFirst() }
            context.write(data, promise: promise)
        }
    }

    /// Stands among the handlers above the codec, and puts a ``HTTPVersionHandler`` below it.
    final class Inserter: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPRequestPart

        func handlerAdded(context: ChannelHandlerContext) {
            let pipeline = context.pipeline.syncOperations
            do {
                let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
                try pipeline.addHandler(HTTPVersionHandler(), position: .before(codec))
            } catch {
                context.fireErrorCaught(error)
                context.close(promise: nil)
            }
        }
    }
}

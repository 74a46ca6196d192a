import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Testing

@testable import AnnealHTTP

@Suite("Versions of HTTP")
struct HTTPVersionHandlerTests {
    /// The head that comes through for a request, and the one that is sent where the service answers in HTTP/1.1.
    private func heads(
        _ version: HTTPVersion, _ fields: [(String, String)]
    ) throws -> (request: HTTPRequestHead, response: HTTPResponseHead) {
        let channel = EmbeddedChannel(handler: HTTPVersionHandler())
        let request = HTTPRequestHead(version: version, method: .GET, uri: "/", headers: HTTPHeaders(fields))
        try channel.writeInbound(HTTPServerRequestPart.head(request))
        // An answer in between does not count.
        try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .continue)))
        try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)))
        guard case .head(let come) = try channel.readInbound(as: HTTPServerRequestPart.self),
            case .head(let between) = try channel.readOutbound(as: HTTPServerResponsePart.self),
            case .head(let sent) = try channel.readOutbound(as: HTTPServerResponsePart.self)
        else { throw ChannelError.inappropriateOperationForState }
        #expect(between.version == .http1_1 && between.headers.isEmpty)
        _ = try channel.finish(acceptAlreadyClosed: true)
        return (come, sent)
    }

    @Test(
        "HTTP/1.0 is answered in HTTP/1.0 and closed, and needs no Host",
        arguments: [[], [("connection", "keep-alive")]])
    func old(fields: [(String, String)]) throws {
        let (request, response) = try heads(.http1_0, fields + [("expect", "100-continue")])
        #expect(request.headers["host"] == [""] && request.headers["connection"] == ["close"])
        #expect(!request.headers.contains(name: "expect"), "nobody waits for it")
        #expect(response.version == .http1_0 && response.headers["connection"] == ["close"])
    }

    @Test("HTTP/1.1 is kept open unless something else is asked for, and Host is left to those above")
    func new() throws {
        let (request, response) = try heads(.http1_1, [])
        #expect(!request.headers.contains(name: "host") && !request.headers.contains(name: "connection"))
        #expect(response.version == .http1_1 && !response.headers.contains(name: "connection"))
        for close in ["close", "Close", "TE, CLOSE"] {
            let (request, response) = try heads(.http1_1, [("Host", "a"), ("Connection", close)])
            #expect(request.headers["connection"] == ["close"] && response.headers["connection"] == ["close"])
        }
    }

    @Test("Requests one behind the other are answered each in its own version")
    func order() throws {
        let channel = EmbeddedChannel(handler: HTTPVersionHandler())
        let versions: [HTTPVersion] = [.http1_1, .http1_0]
        for version in versions {
            try channel.writeInbound(
                HTTPServerRequestPart.head(HTTPRequestHead(version: version, method: .GET, uri: "/")))
            try channel.writeInbound(HTTPServerRequestPart.end(nil))
        }
        for version in versions {
            try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)))
            try channel.writeOutbound(HTTPServerResponsePart.end(nil))
            guard case .head(let head) = try channel.readOutbound(as: HTTPServerResponsePart.self) else {
                throw ChannelError.inappropriateOperationForState
            }
            #expect(head.version == version)
            _ = try channel.readOutbound(as: HTTPServerResponsePart.self)
        }
        // What comes of no request is left as it is.
        try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .badRequest)))
        guard case .head(let head) = try channel.readOutbound(as: HTTPServerResponsePart.self) else {
            throw ChannelError.inappropriateOperationForState
        }
        #expect(head.version == .http1_1)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("What follows the last request is not read")
    func last() throws {
        let channel = EmbeddedChannel(handler: HTTPVersionHandler())
        for value in ["keep-alive", "close", "keep-alive"] {
            let fields = HTTPHeaders([("Host", "a"), ("Connection", value)])
            let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/embed", headers: fields)
            try channel.writeInbound(HTTPServerRequestPart.head(head))
            try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "{}")))
            try channel.writeInbound(HTTPServerRequestPart.end(nil))
        }
        var parts = 0
        while try channel.readInbound(as: HTTPServerRequestPart.self) != nil { parts += 1 }
        #expect(parts == 6)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("It goes below the codec")
    func place() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([
            HTTP1ToHTTPServerCodec(secure: false), HTTPVersionHandler.Inserter(),
        ])
        try channel.writeInbound(
            HTTPServerRequestPart.head(HTTPRequestHead(version: .http1_0, method: .GET, uri: "/health")))
        guard case .head(let head) = try channel.readInbound(as: HTTPRequestPart.self) else {
            Issue.record("expected a head")
            return
        }
        #expect(head.authority == "" && head.headerFields[.connection] == "close")
        _ = try channel.finish(acceptAlreadyClosed: true)
    }
}

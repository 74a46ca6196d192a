import AnnealServiceKit
import CoreMetrics
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import AnnealHTTP

@Suite("Limits")
struct LimitTests {
    private let timer = Timer(label: "test", factory: PrometheusRegistry())

    @Test("Bytes that a request holds leave with it")
    func heldBytes() throws {
        let admission = Admission(limit: 1, of: "requests", byteLimit: 100)
        var first: RunningRequest? = RunningRequest(admission, timer: timer, start: .now)
        let second = RunningRequest(admission, timer: timer, start: .now)
        try first?.hold(60)
        try second.hold(40)
        #expect(throws: Refusal.self) { try second.hold(1) }
        first = nil
        try second.hold(59)
        withExtendedLifetime(second) {}
    }

    @Test("A request is counted from its head to its response, and one too many is refused at once")
    func requests() throws {
        let admission = Admission(limit: 1, of: "requests")
        let connect = { EmbeddedChannel(handler: AdmissionHandler(admission, metrics: ServiceMetrics())) }
        let post = HTTPRequestPart.head(HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/embed?a"))
        let get = HTTPRequestPart.head(HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/health"))
        let response = HTTPResponsePart.head(HTTPResponse(status: .ok))
        let (first, second) = (connect(), connect())
        try first.writeInbound(post)
        try first.writeInbound(HTTPRequestPart.end(nil))
        #expect(admission.depth == 1)
        // Refused: nothing of it goes on, and the answer is there.
        try second.writeInbound(post)
        try second.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "{}")))
        try second.writeInbound(HTTPRequestPart.end(nil))
        #expect(try second.readInbound(as: HTTPRequestPart.self) == nil)
        guard case .head(let head) = try second.readOutbound(as: HTTPResponsePart.self) else {
            Issue.record("expected a response")
            return
        }
        #expect(head.status == .tooManyRequests && head.headerFields[.retryAfter] == "1")
        guard case .body(let body) = try second.readOutbound(as: HTTPResponsePart.self) else {
            Issue.record("expected a body")
            return
        }
        #expect(
            String(buffer: body) == #"{"error":"expected at most 1 requests at once","error_type":"Overloaded"}"#)
        // What needs no work is answered nevertheless.
        try second.writeInbound(get)
        #expect(try second.readInbound(as: HTTPRequestPart.self) == get)
        try second.writeOutbound(response)
        try second.writeOutbound(HTTPResponsePart.end(nil))
        #expect(admission.depth == 1)
        // A response makes room, and so does a connection that is lost.
        try first.writeOutbound(response)
        try first.writeOutbound(HTTPResponsePart.end(nil))
        #expect(admission.depth == 0)
        try first.writeInbound(post)
        #expect(admission.depth == 1)
        _ = try first.finish()
        #expect(admission.depth == 0)
        _ = try second.finish()
    }

    @Test("Other origins read answers only where they are named")
    func origins() {
        let field = HTTPField.Name.accessControlAllowOrigin
        let named = AllowedOrigins(["https://a.example"])
        #expect(named.headers(for: "https://a.example", isPreflight: false)[field] == "https://a.example")
        #expect(named.headers(for: "https://a.example.b", isPreflight: true).isEmpty)
        #expect(named.headers(for: nil, isPreflight: true).isEmpty)
        #expect(AllowedOrigins([]).headers(for: "https://a.example", isPreflight: true).isEmpty)
        #expect(AllowedOrigins(["*"]).headers(for: "null", isPreflight: false)[field] == "*")
    }
}

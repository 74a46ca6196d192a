import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import AnnealHTTP

@Suite("Deadlines of connections")
struct ConnectionDeadlinesTests {
    private let post = HTTPRequestPart.head(HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/embed"))

    /// A connection with 2 s of idle time and 1 s for a transfer.
    private func connect() throws -> EmbeddedChannel {
        var limits = Limits()
        limits.idleSeconds = 2
        limits.transferSeconds = 1
        let channel = EmbeddedChannel(handler: ConnectionDeadlines(limits))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// Waits in real time, for the handler compares with the clock, and then lets the timers run. Not by suspension: the
    /// loop is for one thread.
    private func wait(_ channel: EmbeddedChannel, seconds: Double) {
        Thread.sleep(forTimeInterval: seconds)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(Int64(seconds * 1000)))
    }

    @Test("A connection without a request is closed, one that works is not")
    func idle() throws {
        let (silent, working) = (try connect(), try connect())
        try working.writeInbound(post)
        try working.writeInbound(HTTPRequestPart.end(nil))
        wait(silent, seconds: 2.3)
        wait(working, seconds: 0.1)
        working.embeddedEventLoop.advanceTime(by: .seconds(5))
        #expect(!silent.isActive)
        #expect(working.isActive, "the service may take its time")
        _ = try? working.finish()
    }

    @Test("A request that drips is refused with 408 and closed")
    func drip() throws {
        let channel = try connect()
        try channel.writeInbound(post)
        for _ in 0..<4 {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: " ")))
            wait(channel, seconds: 0.35)
        }
        guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else {
            Issue.record("expected a response")
            return
        }
        #expect(head.status == .requestTimeout && !channel.isActive)
    }
}

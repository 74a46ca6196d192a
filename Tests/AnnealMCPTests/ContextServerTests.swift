import AnnealFormats
import AnnealJSON
import AnnealPlatform
import Testing

@testable import AnnealMCP

/// Tools that say what they were asked.
private struct Echo: ToolSet {
    var tools: [Tool] {
        [Tool(name: "echo", title: "Echo", description: "Says \"it\" again.", input: "{}", output: "{}")]
    }
    var instructions: String { "Ask." }

    mutating func call(_ name: String, _ arguments: JSONValue) throws(CallError) -> ToolResult {
        guard name == "echo" else { throw .invalidParameters("no tool \(name)") }
        var json = JSONText()
        json.object { json in json.value("kind", arguments.kind) }
        return ToolResult(text: "echo", structured: json)
    }
}

struct ContextServerTests {
    private var server = ContextServer(Echo(), version: "1.2")

    private mutating func reply(_ text: String) throws -> JSONValue? {
        try server.reply(to: Array(text.utf8)).map { try JSONValue(Array($0.utf8)) }
    }

    private mutating func code(_ text: String) throws -> Double? {
        guard case .number(let code)? = try reply(text)?["error"]?["code"] else { return nil }
        return code
    }

    @Test("The version of the client is spoken where it is known, the newest otherwise")
    mutating func initialize() throws {
        for (asked, expected) in [
            ("2024-11-05", "2024-11-05"), ("2025-06-18", "2025-06-18"), ("1999-01-01", "2025-06-18"),
        ] {
            let found = try reply(
                #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(asked)"}}"#)
            guard case .string(let version)? = found?["result"]?["protocolVersion"] else {
                Issue.record("no version")
                return
            }
            #expect(version == expected)
        }
    }

    @Test("Numbers and texts come back as the ids that they were")
    mutating func ids() throws {
        for id in ["0", "-7", "9007199254740991", "1.5", #""a\"\u0001""#] {
            #expect(
                server.reply(to: Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#.utf8))
                    == #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#)
        }
    }

    @Test("What is malformed has the code that JSON-RPC gives it")
    mutating func errors() throws {
        #expect(try code("{") == -32700)
        #expect(try code(String(repeating: "[", count: 100_000)) == -32700)
        #expect(try code("[]") == -32600)
        #expect(try code("7") == -32600)
        #expect(try code(#"{"id":1,"method":"ping"}"#) == -32600)
        #expect(try code(#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#) == -32600)
        #expect(try code(#"{"jsonrpc":"2.0","id":1,"method":"nothing"}"#) == -32601)
        #expect(try code(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}"#) == -32602)
        #expect(try code(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"other"}}"#) == -32602)
        #expect(try code(#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#) == -32602)
    }

    @Test("Notifications and answers are not answered")
    mutating func silence() throws {
        #expect(try reply(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#) == nil)
        #expect(try reply(#"{"jsonrpc":"2.0","method":"nothing"}"#) == nil)
        #expect(try reply(#"{"jsonrpc":"2.0","id":3,"result":{"roots":[]}}"#) == nil)
    }

    @Test("A batch is answered as one, without its notifications")
    mutating func batch() throws {
        let call = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let note = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        #expect(server.reply(to: Array("[\(call),\(note)]".utf8)) == #"[{"jsonrpc":"2.0","id":1,"result":{}}]"#)
        #expect(server.reply(to: Array("[\(note)]".utf8)) == nil)
        #expect(try code("[" + Array(repeating: call, count: 65).joined(separator: ",") + "]") == -32600)
    }

    @Test("The list of tools is JSON, and a call gives text and structure")
    mutating func tools() throws {
        let list = try reply(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        guard case .array(let tools)? = list?["result"]?["tools"] else {
            Issue.record("no tools")
            return
        }
        #expect(tools.count == 1)
        let call = try reply(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}"#)
        guard case .string("an object")? = call?["result"]?["structuredContent"]?["kind"] else {
            Issue.record("no structure")
            return
        }
    }

    @Test("A cancelled request is not answered")
    mutating func cancelled() {
        let call = Array(#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#.utf8)
        #expect(server.reply(to: call, isCancelled: { $0 == .text("a") }) == nil)
        #expect(server.reply(to: call, isCancelled: { $0 == .text("b") }) != nil)
    }

    @Test("Over a file: long messages are refused, cancelled ones left out, the last needs no line break")
    mutating func stream() throws {
        let folder = Path(Environment.value(of: "TMPDIR") ?? "/tmp")
        let input = try FileDescriptor.unnamed(in: folder)
        let output = try FileDescriptor.unnamed(in: folder)
        defer { for file in [input, output] { try? file.close() } }
        let ping = { (id: Int) in #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"# }
        try input.write(Array((ping(1) + "\r\n\n").utf8))
        try input.write([UInt8](repeating: 0x20, count: MessageInbox.byteCountMax + 1) + [0x0A])
        try input.write(Array((ping(2) + "\n").utf8))
        let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#
        try input.write(Array((cancel + "\n" + ping(3)).utf8))
        try input.seek(to: 0)
        try server.run(input: input, output: output)
        try output.seek(to: 0)
        let lines = String(decoding: try output.readAll(), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.first?.contains("\"id\":1") == true)
        #expect(lines.count > 1 && lines[1].contains("-32600"))
        #expect(lines.last?.contains("\"id\":3") == true)
    }
}

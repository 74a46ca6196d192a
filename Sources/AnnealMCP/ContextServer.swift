import AnnealFormats
import AnnealJSON
public import AnnealPlatform

/// A server of the Model Context Protocol over a pipe: JSON-RPC 2.0, one message a line.
///
/// It keeps nothing of a client but the version that both speak. Requests are answered in order; one that was cancelled
/// before its answer was ready is not answered.
/// - Source: Model Context Protocol, versions 2024-11-05, 2025-03-26 and 2025-06-18.
public struct ContextServer<Tools: ToolSet> {
    /// The newest first: it is offered to a client of another version.
    static var versions: [String] { ["2025-06-18", "2025-03-26", "2024-11-05"] }
    /// The most requests in one message.
    static var batchMax: Int { 64 }

    private var tools: Tools
    private let version: String

    /// - Parameter version: of the program.
    public init(_ tools: Tools, version: String) {
        self.tools = tools
        self.version = version
    }

    /// Answers until the client goes away: until the end of the input, or until nobody reads the output.
    /// - Throws: what keeps the input from being read or the output from being written otherwise.
    public mutating func run(input: FileDescriptor, output: FileDescriptor) throws(SystemError) {
        let inbox = MessageInbox(input)
        while let message = try inbox.next() {
            do throws(SystemError) {
                try answer(message, inbox, output)
            } catch {
                if error == .closedPipe { return }
                throw error
            }
        }
    }

    private mutating func answer(
        _ message: MessageInbox.Message, _ inbox: MessageInbox, _ output: FileDescriptor
    ) throws(SystemError) {
        guard case .text(let text) = message else {
            let error = CallError.invalidRequest("expected a message of at most \(MessageInbox.byteCountMax) bytes")
            return try output.write(Array((Self.failure(nil, error) + "\n").utf8))
        }
        try inbox.poll()
        guard let reply = reply(to: text, isCancelled: { Self.isCancelled($0, in: inbox) }) else { return }
        try output.write(Array((reply + "\n").utf8))
    }

    /// Whether a cancellation has come in behind a request.
    private static func isCancelled(_ id: CallID, in inbox: MessageInbox) -> Bool {
        // What cannot be read is answered, or not, when it is its turn.
        try? inbox.poll()
        return inbox.waiting.contains { message in
            guard case .text(let text) = message, let json = try? JSONValue(text), let call = try? RemoteCall(json)
            else {
                return false
            }
            guard call.method == "notifications/cancelled", let asked = call.parameters?["requestId"] else {
                return false
            }
            return (try? CallID(asked)) == id
        }
    }

    /// Answers one message.
    /// - Returns: nil where nothing is to be said: for notifications, answers of the client's, cancelled requests.
    mutating func reply(to text: [UInt8], isCancelled: (CallID) -> Bool = { _ in false }) -> String? {
        let message: JSONValue
        do throws(JSONError) { message = try JSONValue(text) } catch {
            return Self.failure(
                nil, .malformed("byte \(error.column): expected \(error.expected), found \(error.found)"))
        }
        guard case .array(let calls) = message else { return reply(to: message, isCancelled) }
        guard (1...Self.batchMax).contains(calls.count) else {
            return Self.failure(
                nil, .invalidRequest("expected 1 to \(Self.batchMax) requests in a message, found \(calls.count)"))
        }
        var replies: [String] = []
        for call in calls { if let reply = reply(to: call, isCancelled) { replies.append(reply) } }
        return replies.isEmpty ? nil : "[" + replies.joined(separator: ",") + "]"
    }

    private mutating func reply(to message: JSONValue, _ isCancelled: (CallID) -> Bool) -> String? {
        // An answer to something that was never asked, as clients send to a server that pings.
        if message["method"] == nil, message["result"] != nil || message["error"] != nil { return nil }
        let call: RemoteCall
        do throws(CallError) { call = try RemoteCall(message) } catch {
            return Self.failure(message["id"].flatMap { try? CallID($0) }, error)
        }
        guard let id = call.id, !isCancelled(id) else { return nil }
        do throws(CallError) {
            let result = try result(of: call)
            // It may have been cancelled while it ran.
            return isCancelled(id) ? nil : #"{"jsonrpc":"2.0","id":\#(id.json),"result":\#(result)}"#
        } catch {
            return Self.failure(id, error)
        }
    }

    private mutating func result(of call: RemoteCall) throws(CallError) -> String {
        switch call.method {
        case "initialize": return try initialized(call.parameters)
        case "ping": return "{}"
        case "tools/list": return toolList
        case "tools/call":
            guard case .string(let name)? = call.parameters?["name"] else {
                throw .invalidParameters(
                    "expected a string for \"name\", found \(call.parameters?["name"]?.kind ?? "none")")
            }
            return Self.json(try tools.call(name, call.parameters?["arguments"] ?? .object([])))
        default: throw .unknownMethod(call.method)
        }
    }

    private func initialized(_ parameters: JSONValue?) throws(CallError) -> String {
        guard case .string(let asked)? = parameters?["protocolVersion"] else {
            throw .invalidParameters(
                "expected a string for \"protocolVersion\", found \(parameters?["protocolVersion"]?.kind ?? "none")")
        }
        var json = JSONText()
        json.object { json in
            json.value("protocolVersion", Self.versions.contains(asked) ? asked : Self.versions[0])
            json.object("capabilities") { json in json.object("tools") { _ in } }
            json.object("serverInfo") { json in
                json.value("name", "anneal")
                json.value("title", "Anneal: search of code and documents")
                json.value("version", version)
            }
            json.value("instructions", tools.instructions)
        }
        return json.text
    }

    private var toolList: String {
        let all = tools.tools.map { tool in
            let names = #""name":\#(JSONText.quote(tool.name)),"title":\#(JSONText.quote(tool.title))"#
            let schemas = #""inputSchema":\#(tool.input),"outputSchema":\#(tool.output)"#
            let hints = #""annotations":{"readOnlyHint":true,"openWorldHint":false}"#
            return "{\(names),\"description\":\(JSONText.quote(tool.description)),\(schemas),\(hints)}"
        }
        return #"{"tools":[\#(all.joined(separator: ","))]}"#
    }

    private static func json(_ result: ToolResult) -> String {
        let text = #"{"content":[{"type":"text","text":\#(JSONText.quote(result.text))}]"#
        return text + (result.structured.map { #","structuredContent":\#($0)"# } ?? "")
            + ",\"isError\":\(result.isError)}"
    }

    private static func failure(_ id: CallID?, _ error: CallError) -> String {
        let parts = #""code":\#(error.code),"message":\#(JSONText.quote(error.message))"#
        return #"{"jsonrpc":"2.0","id":\#(id?.json ?? "null"),"error":{\#(parts)}}"#
    }
}

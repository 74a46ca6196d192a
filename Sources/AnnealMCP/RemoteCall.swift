import AnnealFormats
import AnnealJSON

/// A message of JSON-RPC 2.0 that asks for something.
///
/// - Source: JSON-RPC 2.0 specification; Model Context Protocol, "Base protocol".
struct RemoteCall {
    /// Nil for a notification, which is not answered.
    let id: CallID?
    let method: String
    let parameters: JSONValue?

    /// - Throws: ``CallError/invalidRequest(_:)`` for what is no request.
    init(_ message: JSONValue) throws(CallError) {
        guard case .object = message else {
            throw .invalidRequest("expected an object, found \(message.kind)")
        }
        guard case .string("2.0")? = message["jsonrpc"] else {
            throw .invalidRequest("expected \"jsonrpc\": \"2.0\"")
        }
        guard case .string(let method)? = message["method"] else {
            throw .invalidRequest("expected a string for \"method\", found \(message["method"]?.kind ?? "none")")
        }
        switch message["params"] {
        case nil, .null, .object, .array: parameters = message["params"]
        case .some(let other):
            throw .invalidRequest("expected an object for \"params\", found \(other.kind)")
        }
        self.method = method
        id = try message["id"].map { (value) throws(CallError) in try CallID(value) }
    }
}

/// What a client calls a request by.
enum CallID: Hashable {
    case text(String)
    case number(Double)

    init(_ value: JSONValue) throws(CallError) {
        switch value {
        case .string(let text): self = .text(text)
        case .number(let number): self = .number(number)
        default: throw .invalidRequest("expected a string or a number for \"id\", found \(value.kind)")
        }
    }

    var json: String {
        switch self {
        case .text(let text): JSONText.quote(text)
        // Counts are what clients use; they are written as such.
        case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
        }
    }
}

/// Why a call is not carried out.
public enum CallError: Error, Sendable, Equatable {
    case malformed(String)
    case invalidRequest(String)
    case unknownMethod(String)
    case invalidParameters(String)

    /// As JSON-RPC numbers them.
    public var code: Int {
        switch self {
        case .malformed: -32700
        case .invalidRequest: -32600
        case .unknownMethod: -32601
        case .invalidParameters: -32602
        }
    }

    public var message: String {
        switch self {
        case .malformed(let message), .invalidRequest(let message), .invalidParameters(let message): message
        case .unknownMethod(let name): "no method '\(name)'"
        }
    }
}

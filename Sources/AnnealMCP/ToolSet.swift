public import AnnealFormats
public import AnnealJSON

/// What a server can be asked to do.
public protocol ToolSet {
    var tools: [Tool] { get }
    /// What a client may tell its model about the tools.
    var instructions: String { get }
    /// - Throws: ``CallError/invalidParameters(_:)`` for an unknown tool and for arguments that do not fit.
    mutating func call(_ name: String, _ arguments: JSONValue) throws(CallError) -> ToolResult
}

/// A tool as a client sees it.
public struct Tool: Sendable {
    public let name: String
    public let title: String
    public let description: String
    /// JSON Schemas of what it takes and of what it gives.
    public let input: String
    public let output: String
}

/// What a tool has found, or why it could not look.
public struct ToolResult: Sendable {
    public let text: String
    /// An object of JSON; nil for an error.
    public let structured: String?
    public var isError: Bool { structured == nil }

    public init(text: String, structured: JSONText) {
        self.text = text
        self.structured = structured.text
    }

    /// An error that the model is to see: it can ask otherwise.
    public init(error: String) {
        text = error
        structured = nil
    }
}

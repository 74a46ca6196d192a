/// A stage of making a model, as it is recorded: tokenizer, constants, evolution, export.
public struct LineageStep: Hashable, Sendable {
    public var name: String
    /// The content hash of what the stage made, and of what it was made from.
    public var hash: String
    public var parent: String
    /// Settings and figures, `name=value`, a line each.
    public var detail: String
    public var seconds: Double

    public init(name: String, hash: String, parent: String, detail: String, seconds: Double) {
        self.name = name
        self.hash = hash
        self.parent = parent
        self.detail = detail
        self.seconds = seconds
    }
}

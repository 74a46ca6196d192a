/// What one request, and all that are being worked on together, may ask for.
public struct Limits: Sendable {
    /// The most bytes of a request's body.
    public var bodyBytes = 16 << 20
    /// The most texts of a request, which is also OpenAI's limit.
    public var texts = 2048
    /// Requests that are worked on or wait at once; more are refused as overloaded.
    public var requests = 512
    /// Bytes of bodies that are held at once; more are refused as overloaded.
    public var heldBytes = 64 << 20
    /// Connections that are open at once; more wait in the system's queue.
    public var connections = 16_384
    /// A connection on which no request begins is closed after so many seconds.
    public var idleSeconds = 60
    /// A request must have arrived, and a response must have been taken, within so many seconds.
    public var transferSeconds = 30
    /// Requests that are running when the service is asked to end have so many seconds to finish.
    public var drainSeconds = 30

    /// The most pairs of an answer of `/compare`, unless the request says another number up to ``pairsMax``.
    public var pairs = 1_000
    /// What a request may ask for.
    public static let pairsMax = 100_000
    /// The most rewrites that an answer of `/explain` or `/compare` shows of a text.
    public var steps = 1_000
    /// Whether lists of token ids may stand for texts: another tokenizer's ids cannot be told from the model's.
    public var acceptsTokenIDs = false

    public init() {}
}

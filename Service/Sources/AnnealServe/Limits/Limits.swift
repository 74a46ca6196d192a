/// What one request, and all that are being worked on together, may ask for.
public struct Limits: Sendable {
    /// The most bytes of a request's body.
    public var bodyBytes = 16 << 20
    /// The most bytes of one text: about a tenth of a second of work.
    public var textBytes = 1 << 20
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

    public init() {}
}

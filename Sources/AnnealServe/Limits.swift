/// What one request, and all that are being worked on together, may ask for.
public struct Limits: Sendable {
    /// The most bytes of a request's body.
    public var bodyBytes = 16 << 20
    /// The most texts of a request.
    public var texts = 2048
    /// Requests that are worked on or wait at once; more are refused as overloaded.
    public var requests = 512
    /// Bytes of bodies that are held at once; more are refused as overloaded.
    public var heldBytes = 256 << 20
    /// A connection on which nothing happens is closed after so many seconds.
    public var idleSeconds = 60

    public init() {}
}

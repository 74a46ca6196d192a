/// What one call, and all that are being worked on together, may ask for.
public struct Limits: Sendable {
    /// The most bytes of one message. What a call holds at once is one message, so ``calls`` times this bounds memory.
    public var messageBytes = 2 << 20
    /// Calls that are worked on at once, a stream being one; more are refused as overloaded.
    public var calls = 512
    /// A connection on which there was no call for so many seconds is closed; clients open another when they need it.
    public var idleSeconds = 300
    /// Calls that are running when the service is asked to end have so many seconds to finish.
    public var drainSeconds = 30

    public init() {}
}

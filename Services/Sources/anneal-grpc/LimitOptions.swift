import AnnealGRPC
import ArgumentParser

/// What calls and connections may ask for, as options.
struct LimitOptions: ParsableArguments {
    @Option(help: "The most bytes of a text.") var maxTextBytes = Limits().textBytes
    @Option(help: "The most bytes of a message. Times --max-calls, it bounds the memory that requests can hold.")
    var maxMessageBytes = Limits().messageBytes
    @Option(help: "The most calls that are worked on, a stream being one; more get RESOURCE_EXHAUSTED.")
    var maxCalls = Limits().calls
    @Option(help: "Seconds after which a connection without a call is closed.") var idleSeconds = Limits().idleSeconds
    @Option(help: "Seconds that running calls have to finish when the service is asked to end.")
    var drainSeconds = Limits().drainSeconds

    /// All of them may come from the environment instead.
    static let variables = ["max-text-bytes", "max-message-bytes", "max-calls", "idle-seconds", "drain-seconds"]

    var limits: Limits {
        var limits = Limits()
        limits.textBytes = maxTextBytes
        limits.messageBytes = maxMessageBytes
        limits.calls = maxCalls
        limits.idleSeconds = idleSeconds
        limits.drainSeconds = drainSeconds
        return limits
    }

    func validate() throws {
        for (name, value) in [
            ("--max-text-bytes", maxTextBytes), ("--max-message-bytes", maxMessageBytes), ("--max-calls", maxCalls),
            ("--idle-seconds", idleSeconds), ("--drain-seconds", drainSeconds),
        ] {
            guard (1...Int(Int32.max)).contains(value) else {
                throw ValidationError("\(name): expected 1 to \(Int32.max), found \(value).")
            }
        }
    }
}

import AnnealHTTP
import ArgumentParser

/// What requests and connections may ask for, as options.
struct LimitOptions: ParsableArguments {
    @Option(help: "The most texts of a request.") var maxTexts = Limits().texts
    @Option(help: "The most bytes of a text.") var maxTextBytes = Limits().textBytes
    @Option(help: "The most bytes of a request.") var maxBodyBytes = Limits().bodyBytes
    @Option(help: "The most requests that are worked on or wait; more get status 429.")
    var maxRequests = Limits().requests
    @Option(help: "The most bytes of all requests that are worked on or wait; more get status 429.")
    var maxHeldBytes = Limits().heldBytes
    @Option(help: "The most pairs of an answer of /compare, unless the request says another number.")
    var maxPairs = Limits().pairs
    @Option(help: "The most connections; more wait.") var maxConnections = Limits().connections
    @Option(help: "Seconds after which a connection without a request is closed.") var idleSeconds = Limits()
        .idleSeconds
    @Option(help: "Seconds within which a request must have arrived, and a response have been taken.")
    var transferSeconds = Limits().transferSeconds
    @Option(help: "Seconds that running requests have to finish when the service is asked to end.")
    var drainSeconds = Limits().drainSeconds
    @Option(help: "Seconds for which /ready says no before connections are refused at the end.")
    var noticeSeconds = 0

    /// All of them may come from the environment instead.
    static let variables = [
        "max-texts", "max-text-bytes", "max-body-bytes", "max-requests", "max-held-bytes", "max-connections",
        "max-pairs", "idle-seconds", "transfer-seconds", "drain-seconds", "notice-seconds",
    ]

    var limits: Limits {
        var limits = Limits()
        limits.texts = maxTexts
        limits.textBytes = maxTextBytes
        limits.bodyBytes = maxBodyBytes
        limits.requests = maxRequests
        limits.heldBytes = maxHeldBytes
        limits.pairs = maxPairs
        limits.connections = maxConnections
        limits.idleSeconds = idleSeconds
        limits.transferSeconds = transferSeconds
        limits.drainSeconds = drainSeconds
        return limits
    }

    func validate() throws {
        for (name, value) in [
            ("--max-texts", maxTexts), ("--max-text-bytes", maxTextBytes), ("--max-body-bytes", maxBodyBytes),
            ("--max-requests", maxRequests), ("--max-held-bytes", maxHeldBytes), ("--max-connections", maxConnections),
            ("--idle-seconds", idleSeconds), ("--transfer-seconds", transferSeconds), ("--drain-seconds", drainSeconds),
        ] where value < 1 {
            throw ValidationError("\(name): expected at least 1, found \(value).")
        }
        guard (0...Limits.pairsMax).contains(maxPairs) else {
            throw ValidationError("--max-pairs: expected 0 to \(Limits.pairsMax), found \(maxPairs).")
        }
        guard noticeSeconds >= 0 else {
            throw ValidationError("--notice-seconds: expected at least 0, found \(noticeSeconds).")
        }
    }
}

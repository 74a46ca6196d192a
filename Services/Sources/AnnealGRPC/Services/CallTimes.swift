/// Measures one request, for the `Metadata` of its response.
struct CallTimes {
    private let begin = ContinuousClock.now
    private var last = ContinuousClock.now

    /// Nanoseconds since the lap before, or since the beginning.
    mutating func lap() -> UInt64 {
        let now = ContinuousClock.now
        defer { last = now }
        return CallTimes.nanoseconds(now - last)
    }

    /// Nanoseconds since the beginning.
    var total: UInt64 { CallTimes.nanoseconds(.now - begin) }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let parts = duration.components
        return UInt64(parts.seconds) * 1_000_000_000 + UInt64(parts.attoseconds / 1_000_000_000)
    }
}

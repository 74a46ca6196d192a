import CAnnealPlatform

/// Seconds that only go forward.
public enum MonotonicClock {
    public static var seconds: Double { anneal_monotonic_seconds() }
}

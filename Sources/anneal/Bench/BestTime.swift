import AnnealPlatform

/// The shortest of several measurements.
struct BestTime {
    private(set) var seconds = Double.infinity

    mutating func take(_ body: () -> Void) {
        let start = MonotonicClock.seconds
        body()
        seconds = min(seconds, MonotonicClock.seconds - start)
    }

    /// How many of `count` things in a second; 0 if nothing was measured.
    func rate(_ count: Int) -> Double { seconds.isFinite && seconds > 0 ? Double(count) / seconds : 0 }
}

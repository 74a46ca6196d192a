import CoreMetrics
import Synchronization

/// How many values lie below each of some limits, and their sum.
final class PrometheusHistogram: RecorderHandler, TimerHandler {
    /// Seconds, in about equal steps of the logarithm.
    static let seconds = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
    /// Counts, up to the most texts of a request.
    static let powersOfTwo = (0...11).map { Double(1 << $0) }

    private struct State {
        var counts: [Int]
        var sum = 0.0
    }

    private let limits: [Double]
    private let state: Mutex<State>

    /// - Parameter limits: growing.
    init(_ limits: [Double]) {
        self.limits = limits
        state = Mutex(State(counts: [Int](repeating: 0, count: limits.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let slot = limits.firstIndex { value <= $0 } ?? limits.count
        state.withLock { state in
            state.counts[slot] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func text(_ name: String, labels: String) -> String {
        let state = state.withLock { $0 }
        let before = labels.isEmpty ? "{" : labels.dropLast() + ","
        var text = ""
        var count = 0
        for (slot, limit) in limits.enumerated() {
            count += state.counts[slot]
            text += "\(name)_bucket\(before)le=\"\(limit)\"} \(count)\n"
        }
        count += state.counts[limits.count]
        text += "\(name)_bucket\(before)le=\"+Inf\"} \(count)\n"
        return text + "\(name)_sum\(labels) \(state.sum)\n\(name)_count\(labels) \(count)\n"
    }
}

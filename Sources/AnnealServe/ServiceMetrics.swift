import Synchronization

/// What the service counts, in the text format of Prometheus.
///
/// - Source: https://prometheus.io/docs/instrumenting/exposition_formats/
final class ServiceMetrics: Sendable {
    private struct Key: Hashable {
        let route: String
        let status: Int
    }

    private struct State {
        var requests: [Key: Int] = [:]
        var errors: [String: Int] = [:]
        var durations: [String: Histogram] = [:]
        var texts = 0
        var tokens = 0
    }

    /// Counts below limits.
    private struct Histogram {
        /// Seconds, in about equal steps of the logarithm.
        static let limits = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
        var counts = [Int](repeating: 0, count: limits.count + 1)
        var sum = 0.0

        mutating func add(_ seconds: Double) {
            counts[Histogram.limits.firstIndex { seconds <= $0 } ?? Histogram.limits.count] += 1
            sum += seconds
        }
    }

    private let state = Mutex(State())

    /// Counts a request that was answered.
    /// - Parameter route: one of the service's own; a path from outside would let a client grow the memory.
    func answered(route: String, status: Int, seconds: Double, error: ServiceError.Kind?) {
        state.withLock { state in
            state.requests[Key(route: route, status: status), default: 0] += 1
            state.durations[route, default: Histogram()].add(seconds)
            if let error { state.errors[error.rawValue, default: 0] += 1 }
        }
    }

    func embedded(texts: Int, tokens: Int) {
        state.withLock { state in
            state.texts += texts
            state.tokens += tokens
        }
    }

    /// - Parameter depth: requests that are worked on or wait.
    func text(depth: Int) -> String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        func family(_ name: String, _ type: String, _ help: String) {
            lines.append("# HELP \(name) \(help)")
            lines.append("# TYPE \(name) \(type)")
        }
        family("anneal_requests_total", "counter", "Requests answered.")
        for (key, count) in state.requests.sorted(by: { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) })
        {
            lines.append("anneal_requests_total{route=\"\(key.route)\",status=\"\(key.status)\"} \(count)")
        }
        family("anneal_errors_total", "counter", "Requests refused, by kind.")
        for (kind, count) in state.errors.sorted(by: { $0.key < $1.key }) {
            lines.append("anneal_errors_total{type=\"\(kind)\"} \(count)")
        }
        family("anneal_texts_total", "counter", "Texts embedded.")
        lines.append("anneal_texts_total \(state.texts)")
        family("anneal_tokens_total", "counter", "Tokens of texts embedded, where a client asked for their number.")
        lines.append("anneal_tokens_total \(state.tokens)")
        family("anneal_queue_depth", "gauge", "Requests that are worked on or wait.")
        lines.append("anneal_queue_depth \(depth)")
        family("anneal_request_seconds", "histogram", "Time from a request's head to its answer.")
        for (route, histogram) in state.durations.sorted(by: { $0.key < $1.key }) {
            var sum = 0
            for (index, limit) in Histogram.limits.enumerated() {
                sum += histogram.counts[index]
                lines.append("anneal_request_seconds_bucket{route=\"\(route)\",le=\"\(limit)\"} \(sum)")
            }
            sum += histogram.counts[Histogram.limits.count]
            lines.append("anneal_request_seconds_bucket{route=\"\(route)\",le=\"+Inf\"} \(sum)")
            lines.append("anneal_request_seconds_sum{route=\"\(route)\"} \(histogram.sum)")
            lines.append("anneal_request_seconds_count{route=\"\(route)\"} \(sum)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

import CoreMetrics
import Metrics
import Testing

@testable import AnnealHTTP

@Suite("Metrics")
struct PrometheusRegistryTests {
    @Test("Counters, gauges and histograms in Prometheus's text format")
    func text() {
        let registry = PrometheusRegistry(help: ["a_total": "What is counted."])
        Counter(label: "a.total", dimensions: [("the-route", "/x\"\n\\")], factory: registry).increment(by: 3)
        Counter(label: "a.total", dimensions: [("the-route", "/x\"\n\\")], factory: registry).increment()
        Counter(label: "a.total", factory: registry).increment()
        Meter(label: "depth", factory: registry).set(2.5)
        let timer = Timer(label: "seconds", dimensions: [("route", "/y")], factory: registry)
        timer.recordNanoseconds(1_500_000)
        timer.recordNanoseconds(20_000_000_000)
        let lines = registry.text().split(separator: "\n")
        #expect(
            lines.prefix(4) == [
                "# HELP a_total What is counted.", "# TYPE a_total counter", "a_total 1",
                "a_total{the_route=\"/x\\\"\\n\\\\\"} 4",
            ])
        #expect(lines.contains("# TYPE depth gauge") && lines.contains("depth 2.5"))
        #expect(lines.contains("seconds_bucket{route=\"/y\",le=\"0.001\"} 0"))
        #expect(lines.contains("seconds_bucket{route=\"/y\",le=\"0.002\"} 1"))
        #expect(lines.contains("seconds_bucket{route=\"/y\",le=\"10.0\"} 1"))
        #expect(lines.contains("seconds_bucket{route=\"/y\",le=\"+Inf\"} 2"))
        #expect(lines.contains("seconds_count{route=\"/y\"} 2"))
        #expect(lines.contains { $0.hasPrefix("seconds_sum{route=\"/y\"} 20.0015") })
    }

    @Test("Names have letters, digits and underscores")
    func names() {
        #expect(PrometheusRegistry.name("9 a.b-c") == "_9_a_b_c")
        #expect(PrometheusRegistry.labels([]) == "")
    }
}

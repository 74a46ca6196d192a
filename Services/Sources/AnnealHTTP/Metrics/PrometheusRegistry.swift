public import CoreMetrics
import Synchronization

/// What swift-metrics counts, kept in memory and told in the text format of Prometheus.
///
/// Names and labels may hold letters, digits and underscores; other characters become underscores. Timers are told in
/// seconds.
/// - Source: https://prometheus.io/docs/instrumenting/exposition_formats/
public final class PrometheusRegistry: MetricsFactory {
    private struct Key: Hashable {
        let name: String
        /// `{route="/embed"}`, or nothing.
        let labels: String
    }

    private enum Instrument {
        case counter(PrometheusCounter)
        case gauge(PrometheusGauge)
        case histogram(PrometheusHistogram)

        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    private let instruments = Mutex<[Key: Instrument]>([:])
    private let help: [String: String]

    /// - Parameter help: a sentence for each name that has one.
    public init(help: [String: String] = [:]) { self.help = help }

    /// All that was counted up to now, sorted by name and labels.
    public func text() -> String {
        let sorted = instruments.withLock { $0 }.sorted { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }
        var text = ""
        var family: String?
        for (key, instrument) in sorted {
            if key.name != family {
                if let help = help[key.name] { text += "# HELP \(key.name) \(help)\n" }
                text += "# TYPE \(key.name) \(instrument.type)\n"
                family = key.name
            }
            switch instrument {
            case .counter(let counter): text += "\(key.name)\(key.labels) \(counter.value)\n"
            case .gauge(let gauge): text += "\(key.name)\(key.labels) \(gauge.value)\n"
            case .histogram(let histogram): text += histogram.text(key.name, labels: key.labels)
            }
        }
        return text
    }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        instrument(label, dimensions, Instrument.counter(PrometheusCounter())) {
            if case .counter(let counter) = $0 { counter } else { nil }
        }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) }
        return histogram(label, dimensions, PrometheusHistogram.powersOfTwo)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, PrometheusHistogram.seconds)
    }

    // A number that was counted once stays to be told.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> PrometheusGauge {
        instrument(label, dimensions, Instrument.gauge(PrometheusGauge())) {
            if case .gauge(let gauge) = $0 { gauge } else { nil }
        }
    }

    private func histogram(
        _ label: String, _ dimensions: [(String, String)], _ limits: [Double]
    ) -> PrometheusHistogram {
        instrument(label, dimensions, Instrument.histogram(PrometheusHistogram(limits))) {
            if case .histogram(let histogram) = $0 { histogram } else { nil }
        }
    }

    /// The instrument of that name and those labels, or `new` if there is none.
    /// - Precondition: a name is of one type only.
    private func instrument<Handler: Sendable>(
        _ label: String, _ dimensions: [(String, String)], _ new: Instrument, _ cast: (Instrument) -> Handler?
    ) -> Handler {
        let key = Key(name: PrometheusRegistry.name(label), labels: PrometheusRegistry.labels(dimensions))
        let found = instruments.withLock { instruments -> Instrument in
            if let known = instruments[key] { return known }
            instruments[key] = new
            return new
        }
        guard let handler = cast(found) else { preconditionFailure("\(label) is a \(found.type) already") }
        return handler
    }

    static func name(_ label: String) -> String {
        let name = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return name.first?.isNumber == true ? "_" + name : name
    }

    static func labels(_ dimensions: [(String, String)]) -> String {
        guard !dimensions.isEmpty else { return "" }
        let labels = dimensions.map { label, value in
            var quoted = ""
            for character in value {
                switch character {
                case "\\": quoted += "\\\\"
                case "\"": quoted += "\\\""
                case "\n": quoted += "\\n"
                default: quoted.append(character)
                }
            }
            return "\(name(label))=\"\(quoted)\""
        }
        return "{" + labels.joined(separator: ",") + "}"
    }
}

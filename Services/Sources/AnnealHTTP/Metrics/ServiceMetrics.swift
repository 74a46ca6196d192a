import AnnealServiceKit
import HTTPTypes
import Metrics
import Synchronization

/// What the service counts.
final class ServiceMetrics: Sendable {
    private struct Answered: Hashable {
        let route: String
        let status: Int
    }

    /// A path from outside as a label would let a client grow the memory.
    private static let otherRoute = "other"
    private static let help = [
        "anneal_requests_total": "Requests answered.",
        "anneal_errors_total": "Requests refused, by kind.",
        "anneal_texts_total": "Texts embedded.",
        "anneal_tokens_total": "Tokens of texts embedded.",
        "anneal_queue_depth": "Requests that are worked on or wait.",
        "anneal_request_seconds": "Time from a request's head to its answer; to the end of it where it is streamed.",
        "anneal_request_texts": "Texts of a request.",
        "anneal_lookup_rows": "Rows of the lookup table of a model; 0 without one.",
    ]

    let registry: PrometheusRegistry
    private let texts: Counter
    private let tokens: Counter
    private let batches: Recorder
    private let depth: Meter
    private let durations: [String: Metrics.Timer]
    private let requests = Mutex<[Answered: Counter]>([:])
    private let errors: [ServiceError.Kind: Counter]

    /// - Parameter models: those that are served.
    init(_ models: [ServedModel] = []) {
        let registry = PrometheusRegistry(help: ServiceMetrics.help)
        self.registry = registry
        texts = Counter(label: "anneal_texts_total", factory: registry)
        tokens = Counter(label: "anneal_tokens_total", factory: registry)
        batches = Recorder(label: "anneal_request_texts", factory: registry)
        depth = Meter(label: "anneal_queue_depth", factory: registry)
        for model in models {
            Meter(label: "anneal_lookup_rows", dimensions: [("model", model.name)], factory: registry)
                .set(model.lookupRows ?? 0)
        }
        let routes = Set(Route.all.map(\.path)).union([ServiceMetrics.otherRoute])
        durations = Dictionary(
            uniqueKeysWithValues: routes.map { route in
                (route, Timer(label: "anneal_request_seconds", dimensions: [("route", route)], factory: registry))
            })
        errors = Dictionary(
            uniqueKeysWithValues: ServiceError.Kind.allCases.map { kind in
                (kind, Counter(label: "anneal_errors_total", dimensions: [("type", kind.rawValue)], factory: registry))
            })
    }

    func timer(_ route: Route) -> Metrics.Timer { durations[route.path]! }

    /// Counts a request whose status is known.
    /// - Parameter route: one of its path, whatever the method; nil where there is none.
    func answered(_ route: Route?, status: HTTPResponse.Status, error: ServiceError.Kind?) {
        let key = Answered(route: route?.path ?? ServiceMetrics.otherRoute, status: status.code)
        let counter = requests.withLock { requests -> Counter in
            if let known = requests[key] { return known }
            let new = Counter(
                label: "anneal_requests_total", dimensions: [("route", key.route), ("status", "\(key.status)")],
                factory: registry)
            requests[key] = new
            return new
        }
        counter.increment()
        if let error { errors[error]!.increment() }
    }

    func embedded(texts: Int, tokens: Int) {
        self.texts.increment(by: texts)
        self.tokens.increment(by: tokens)
        batches.record(texts)
    }

    /// - Parameter depth: requests that are worked on or wait.
    func text(depth: Int) -> String {
        self.depth.set(depth)
        return registry.text()
    }
}

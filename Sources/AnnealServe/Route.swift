import HTTPTypes

/// What the service answers to. Everything else is not found; no path reaches a file.
enum Route: String, CaseIterable {
    case page = "/"
    case script = "/page.js"
    case style = "/page.css"
    case embeddings = "/v1/embeddings"
    case models = "/v1/models"
    case embed = "/embed"
    case similarity = "/similarity"
    case rerank = "/rerank"
    case tokenize = "/tokenize"
    case decode = "/decode"
    case explain = "/explain"
    case compare = "/compare"
    case info = "/info"
    case health = "/health"
    case ready = "/ready"
    case metrics = "/metrics"

    var method: HTTPRequest.Method {
        switch self {
        case .page, .script, .style, .models, .info, .health, .ready, .metrics: .get
        case .embeddings, .embed, .similarity, .rerank, .tokenize, .decode, .explain, .compare: .post
        }
    }

    /// Whether it is answered without a key: the page asks for one itself, and who watches the service has none.
    var isOpen: Bool {
        switch self {
        case .page, .script, .style, .health, .ready: true
        default: false
        }
    }

    /// Whether errors have OpenAI's form.
    var isOpenAI: Bool { self == .embeddings || self == .models }
}

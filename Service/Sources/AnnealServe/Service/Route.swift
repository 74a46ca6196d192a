import HTTPTypes

/// What the service answers to. Everything else is not found; no path ever reaches a file.
enum Route: String, CaseIterable {
    case root = "/"
    case script = "/page.js"
    case style = "/page.css"
    case document = "/openapi.json"
    case embeddings = "/v1/embeddings"
    case models = "/v1/models"
    case embed = "/embed"
    case embedAll = "/embed_all"
    case similarity = "/similarity"
    case rerank = "/rerank"
    case tokenize = "/tokenize"
    case decode = "/decode"
    case explain = "/explain"
    case compare = "/compare"
    case info = "/info"
    case health = "/health"
    case live = "/live"
    case ready = "/ready"
    case metrics = "/metrics"

    /// The methods that it takes. The root is a page for who looks, and text-embeddings-inference's short way to embed
    /// for who posts.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .root: [.get, .post]
        case .script, .style, .document, .models, .info, .health, .live, .ready, .metrics: [.get]
        case .embeddings, .embed, .embedAll, .similarity, .rerank, .tokenize, .decode, .explain, .compare: [.post]
        }
    }

    /// Whether it is answered without a key: the page asks for one itself, and who watches the service has none.
    func isOpen(to method: HTTPRequest.Method) -> Bool {
        switch self {
        case .root: method == .get
        case .script, .style, .document, .health, .live, .ready: true
        default: false
        }
    }

    /// Whether errors have OpenAI's form.
    var isOpenAI: Bool { self == .embeddings || self == .models }
}

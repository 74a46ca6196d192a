import HTTPTypes

/// What the service answers to. Everything else is not found; no path ever reaches a file.
enum Route: String, CaseIterable {
    case root = "/"
    case script = "/page.js"
    case style = "/page.css"
    case document = "/openapi.json"
    case embeddings = "/v1/embeddings"
    case models = "/v1/models"
    /// A model by its name, which stands in place of the last part.
    case model = "/v1/models/{model}"
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

    /// The route of a path. One slash at its end changes nothing.
    init?(path: String) {
        let trimmed = path.count > 1 && path.last == "/" ? String(path.dropLast()) : path
        if let route = Route(rawValue: trimmed), route != .model {
            self = route
        } else if trimmed.hasPrefix(Route.models.rawValue + "/") {
            self = .model
        } else {
            return nil
        }
    }

    /// The name of a model that a path of ``model`` ends with, its percent-encoding undone.
    static func modelName(in path: String) -> String {
        let encoded = path.dropFirst(Route.models.rawValue.count + 1)
        let bytes = Array((encoded.last == "/" ? encoded.dropLast() : encoded).utf8)
        var name: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let digits = String(decoding: bytes[index...].dropFirst().prefix(2), as: UTF8.self)
            if bytes[index] == UInt8(ascii: "%"), digits.utf8.count == 2, let byte = UInt8(digits, radix: 16) {
                name.append(byte)
                index += 3
            } else {
                name.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The methods that it takes; HEAD is taken where GET is. The root is a page for who looks, and text-embeddings-inference's short way to embed
    /// for who posts.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .root: [.get, .post]
        case .script, .style, .document, .models, .model, .info, .health, .live, .ready, .metrics: [.get]
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
    var isOpenAI: Bool { [.embeddings, .models, .model].contains(self) }
}

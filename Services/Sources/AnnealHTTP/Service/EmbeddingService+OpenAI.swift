import Hummingbird
import NIOCore

extension EmbeddingService {
    func embeddings(_ request: OpenAIEmbeddingRequest, _ running: RunningRequest) async throws -> Response {
        let model = try model(request.model)
        let texts = try model.texts(request.input, field: "input", limits: limits)
        let settings = try model.settings(normalize: true, dimensions: request.dimensions)
        let encoding = request.encoding ?? .float
        return try answer(
            EmbeddingWork(texts, model: model, settings: settings), running,
            open: { $0.raw("{\"object\":\"list\",\"data\":[") },
            row: { json, index, vector in
                json.raw("{\"object\":\"embedding\",\"index\":")
                json.integer(index)
                json.raw(",\"embedding\":")
                switch encoding {
                case .float: json.floats(vector)
                case .base64: json.base64(vector)
                }
                json.raw("}")
            },
            close: { json, tokens in
                json.raw("],\"model\":")
                json.string(model.name)
                json.raw(",\"usage\":{\"prompt_tokens\":\(tokens),\"total_tokens\":\(tokens)}}")
            })
    }

    func modelList() -> JSONBuffer {
        var json = JSONBuffer()
        json.raw("{\"object\":\"list\",\"data\":")
        json.array(models) { $0.raw(String(buffer: EmbeddingService.entry(of: $1).bytes)) }
        json.raw("}")
        return json
    }

    static func entry(of model: ServedModel) -> JSONBuffer {
        var json = JSONBuffer()
        json.raw("{\"id\":")
        json.string(model.name)
        json.raw(",\"object\":\"model\",\"created\":0,\"owned_by\":\"anneal\"}")
        return json
    }
}

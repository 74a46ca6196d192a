import Anneal
import AnnealServiceKit
import Hummingbird
import NIOCore

/// The body of `POST /v1/embeddings`. Fields that it does not know, such as `user`, are passed over.
struct OpenAIEmbeddingRequest: Decodable, Sendable {
    let input: TextInput
    let model: String?
    let dimensions: WholeNumber?
    /// How vectors are written: see ``VectorForm``.
    let encoding: String?

    enum CodingKeys: String, CodingKey {
        case input
        case model
        case dimensions
        case encoding = "encoding_format"
    }
}

/// The routes of OpenAI.
///
/// - Source: https://platform.openai.com/docs/api-reference/embeddings
extension EmbeddingService {
    func embeddings(_ request: OpenAIEmbeddingRequest, _ running: RunningRequest) async throws -> Response {
        let model = try model(request.model)
        let texts = try texts(request.input, of: model, field: "input")
        let settings = try model.settings(normalize: true, dimensions: request.dimensions?.value)
        let form = try VectorForm(request.encoding, of: model, dimension: settings.dimension)
        return try answer(
            EmbeddingWork(texts, model: model, settings: settings), running,
            open: { $0.raw("{\"object\":\"list\",\"data\":[") },
            row: { json, index, vector in
                json.raw("{\"object\":\"embedding\",\"index\":")
                json.integer(index)
                json.raw(",\"embedding\":")
                try form.write(vector, to: &json)
                json.raw("}")
            },
            close: { json, tokens in
                json.raw("],\"model\":")
                json.string(model.name)
                json.raw(",\"usage\":{\"prompt_tokens\":\(tokens),\"total_tokens\":\(tokens)}")
                form.writeCodec(to: &json)
                json.raw("}")
            })
    }

    func modelList(_: String) throws -> Response {
        var json = JSONBuffer()
        json.raw("{\"object\":\"list\",\"data\":")
        json.array(models) { $0.model($1) }
        json.raw("}")
        return EmbeddingService.json(json)
    }

    func modelEntry(_ name: String) throws -> Response {
        var json = JSONBuffer()
        json.model(try model(name))
        return EmbeddingService.json(json)
    }
}

extension JSONBuffer {
    /// OpenAI's form, and behind it what else there is to ask the model for.
    fileprivate mutating func model(_ model: ServedModel) {
        raw("{\"id\":")
        string(model.name)
        raw(",\"object\":\"model\",\"created\":0,\"owned_by\":\"anneal\",\"encoding_formats\":")
        array(VectorForm.names(of: model)) { $0.string($1) }
        if let rows = model.lookupRows { raw(",\"lookup_rows\":\(rows)") }
        raw("}")
    }
}

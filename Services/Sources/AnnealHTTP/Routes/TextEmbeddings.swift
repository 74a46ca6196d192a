import Anneal
import AnnealServiceKit
import AnnealTokens
import HTTPTypes
import Hummingbird
import NIOCore

/// The body of `POST /embed` and `POST /embed_all`.
struct EmbedRequest: Decodable, Sendable {
    let inputs: TextInput
    let normalize: Bool?
    let dimensions: WholeNumber?
    let model: String?
    let options: InputOptions

    enum CodingKeys: String, CodingKey {
        case inputs
        case normalize
        case dimensions
        case model
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        inputs = try fields.decode(TextInput.self, forKey: .inputs)
        normalize = try fields.decodeIfPresent(Bool.self, forKey: .normalize)
        dimensions = try fields.decodeIfPresent(WholeNumber.self, forKey: .dimensions)
        model = try fields.decodeIfPresent(String.self, forKey: .model)
        options = try InputOptions(from: decoder)
    }
}

/// The body of `POST /similarity`.
struct SimilarityRequest: Decodable, Sendable {
    struct Inputs: Decodable, Sendable {
        let source: String
        let sentences: [String]

        enum CodingKeys: String, CodingKey {
            case source = "source_sentence"
            case sentences
        }
    }

    let inputs: Inputs
    let parameters: InputOptions?
    let model: String?
}

/// The body of `POST /`: sentences to compare where `inputs` is an object, else texts to embed.
enum EmbedOrSimilarityRequest: Decodable, Sendable {
    case embed(EmbedRequest)
    case similarity(SimilarityRequest)

    private enum CodingKeys: CodingKey {
        case inputs
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let object = try? fields.nestedContainer(keyedBy: SimilarityRequest.Inputs.CodingKeys.self, forKey: .inputs)
        self =
            try object == nil ? .embed(EmbedRequest(from: decoder)) : .similarity(SimilarityRequest(from: decoder))
    }
}

/// The body of `POST /rerank`.
struct RerankRequest: Decodable, Sendable {
    let query: String
    let texts: [String]
    let wantsRawScores: Bool?
    let wantsText: Bool?
    let model: String?
    let options: InputOptions

    enum CodingKeys: String, CodingKey {
        case query
        case texts
        case wantsRawScores = "raw_scores"
        case wantsText = "return_text"
        case model
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        query = try fields.decode(String.self, forKey: .query)
        texts = try fields.decode([String].self, forKey: .texts)
        wantsRawScores = try fields.decodeIfPresent(Bool.self, forKey: .wantsRawScores)
        wantsText = try fields.decodeIfPresent(Bool.self, forKey: .wantsText)
        model = try fields.decodeIfPresent(String.self, forKey: .model)
        options = try InputOptions(from: decoder)
    }
}

/// The body of `POST /tokenize`. The model has no special tokens, so whether they are wanted changes nothing.
struct TokenizeRequest: Decodable, Sendable {
    let inputs: TextInput
    let addsSpecialTokens: Bool?
    let model: String?
    let options: InputOptions

    enum CodingKeys: String, CodingKey {
        case inputs
        case addsSpecialTokens = "add_special_tokens"
        case model
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        inputs = try fields.decode(TextInput.self, forKey: .inputs)
        addsSpecialTokens = try fields.decodeIfPresent(Bool.self, forKey: .addsSpecialTokens)
        model = try fields.decodeIfPresent(String.self, forKey: .model)
        options = try InputOptions(from: decoder)
    }
}

/// The body of `POST /decode`.
struct DecodeRequest: Decodable, Sendable {
    let ids: TokenLists
    let skipsSpecialTokens: Bool?
    let model: String?

    enum CodingKeys: String, CodingKey {
        case ids
        case skipsSpecialTokens = "skip_special_tokens"
        case model
    }
}

/// The routes of text-embeddings-inference.
///
/// - Source: https://huggingface.github.io/text-embeddings-inference
extension EmbeddingService {
    func embed(_ request: EmbedRequest, _ running: RunningRequest) async throws -> Response {
        let model = try model(request.model)
        let texts = try texts(request.inputs, of: model, field: "inputs", cut: request.options.cut)
        let settings = try model.settings(normalize: request.normalize ?? true, dimensions: request.dimensions?.value)
        return try answer(
            EmbeddingWork(texts, model: model, settings: settings), running,
            open: { $0.raw("[") }, row: { json, _, vector in json.floats(vector) }, close: { json, _ in json.raw("]") })
    }

    func embedOrCompare(_ request: EmbedOrSimilarityRequest, _ running: RunningRequest) async throws -> Response {
        switch request {
        case .embed(let request): try await embed(request, running)
        case .similarity(let request): try await similarity(request, running)
        }
    }

    /// A row for every token: what it adds to the vector. The rows of a text sum to its vector before it is normalised.
    func embedAll(_ request: EmbedRequest, _ running: RunningRequest) async throws -> Response {
        let model = try model(request.model)
        let texts = try texts(request.inputs, of: model, field: "inputs", cut: request.options.cut)
        let dimension = try model.settings(normalize: false, dimensions: request.dimensions?.value).dimension
        var tokens = 0
        var unknown: [UnknownBytes] = []
        // Before the answer begins: nothing can be refused afterwards.
        for text in texts {
            let tokenized = try model.tokens(of: text)
            let count = tokenized.tokens.count
            guard count <= Engine.explainedTokenLimit else {
                throw Refusal.tooLarge(
                    "`inputs`: expected at most \(Engine.explainedTokenLimit) tokens a text, found \(count)")
            }
            tokens += count
            unknown.append(tokenized.unknown)
        }
        metrics.embedded(texts: texts.count, tokens: tokens)
        let body = ResponseBody { writer in
            var json = JSONBuffer(capacity: 1 << 16)
            for (index, text) in texts.enumerated() {
                json.raw(index == 0 ? "[" : ",")
                let rows = try model.engine.contributions(Array(text.utf8), mode: model.mode)
                json.array(rows) { $0.floats($1[..<dimension]) }
                try await writer.write(json.take())
                await Task.yield()
            }
            json.raw("]")
            try await writer.write(json.take())
            try await writer.finish(nil)
            withExtendedLifetime(running) {}
        }
        return Response(status: .ok, headers: EmbeddingService.fields(unknown), body: body)
    }

    func similarity(_ request: SimilarityRequest, _ running: RunningRequest) async throws -> Response {
        let cut = request.parameters?.cut
        let model = try model(request.model)
        let source = try model.text(request.inputs.source, field: "source_sentence", cut: cut)
        let sentences = try texts(request.inputs.sentences, of: model, field: "sentences", cut: cut)
        let cosines = try await cosines(of: source, with: sentences, by: model)
        var json = JSONBuffer(capacity: cosines.count * 12)
        json.floats(cosines)
        return try EmbeddingService.held(json, running)
    }

    /// The texts in the order of their cosine with the query; raw scores are cosines, others lie between 0 and 1.
    func rerank(_ request: RerankRequest, _ running: RunningRequest) async throws -> Response {
        let cut = request.options.cut
        let model = try model(request.model)
        let query = try model.text(request.query, field: "query", cut: cut)
        let texts = try texts(request.texts, of: model, field: "texts", cut: cut)
        let cosines = try await cosines(of: query, with: texts, by: model)
        let order = cosines.indices.sorted { cosines[$0] != cosines[$1] ? cosines[$0] > cosines[$1] : $0 < $1 }
        var json = JSONBuffer(capacity: order.count * 40)
        json.array(order) { json, index in
            let cosine = cosines[index]
            json.raw("{\"index\":")
            json.integer(index)
            json.raw(",\"score\":\(request.wantsRawScores == true ? cosine : min(1, max(0, (1 + cosine) / 2)))")
            if request.wantsText == true {
                json.raw(",\"text\":")
                json.string(request.texts[index])
            }
            json.raw("}")
        }
        return try EmbeddingService.held(json, running)
    }

    /// The cosine of a text with each of others.
    private func cosines(of text: String, with others: [String], by model: ServedModel) async throws -> [Float] {
        let settings = try model.settings(normalize: true, dimensions: nil)
        var work = EmbeddingWork([text] + others, model: model, settings: settings)
        let dimension = settings.dimension
        var query: [Float] = []
        var cosines: [Float] = []
        cosines.reserveCapacity(others.count)
        while let step = work.step() {
            if query.isEmpty { query = Array(step.vectors[..<dimension]) }
            for index in step.texts.indices.dropFirst(cosines.isEmpty && step.texts.lowerBound == 0 ? 1 : 0) {
                let start = (index - step.texts.lowerBound) * dimension
                var sum = Float(0)
                for column in 0..<dimension { sum += query[column] * step.vectors[start + column] }
                cosines.append(sum)
            }
            if step.texts.upperBound <= others.count { await Task.yield() }
        }
        metrics.embedded(texts: others.count + 1, tokens: work.tokens)
        return cosines
    }

    /// The tokens of each text. The answer is far larger than the texts, so it is sent as it is made.
    func tokenize(_ request: TokenizeRequest, _ running: RunningRequest) async throws -> Response {
        let model = try model(request.model)
        let texts = try texts(request.inputs, of: model, field: "inputs", cut: request.options.cut)
        // A text's tokens are at hand while they are written, and it has no more than bytes.
        try running.hold((texts.map(\.utf8.count).max() ?? 0) * MemoryLayout<Token>.stride)
        let unknown = EmbeddingWork.isShort(texts) ? try texts.map { try model.tokens(of: $0).unknown } : []
        let body = ResponseBody { writer in
            var json = JSONBuffer(capacity: EmbeddingWork.stepBytes)
            for (index, text) in texts.enumerated() {
                json.raw(index == 0 ? "[[" : ",[")
                let tokenized = try model.tokens(of: text)
                for (number, token) in tokenized.tokens.enumerated() {
                    json.raw(number == 0 ? "{\"id\":" : ",{\"id\":")
                    json.integer(Int(token.id))
                    json.raw(",\"text\":")
                    json.string(model.tokenizer.piece(token.id))
                    json.raw(",\"special\":false,\"start\":\(token.start),\"stop\":\(token.end)")
                    json.raw(tokenized.isUnknown[number] ? ",\"unknown\":true}" : ",\"unknown\":false}")
                    if json.bytes.readableBytes > EmbeddingWork.stepBytes { try await writer.write(json.take()) }
                }
                json.raw("]")
                await Task.yield()
            }
            json.raw("]")
            try await writer.write(json.take())
            try await writer.finish(nil)
            withExtendedLifetime(running) {}
        }
        return Response(status: .ok, headers: EmbeddingService.fields(unknown), body: body)
    }

    func decodeTokens(_ request: DecodeRequest, _ running: RunningRequest) async throws -> Response {
        let lists = request.ids.lists
        try check(count: lists.count, field: "ids")
        let model = try model(request.model)
        var json = JSONBuffer()
        json.array(try lists.map { try model.decode($0, field: "ids") }) { $0.string($1) }
        return try EmbeddingService.held(json, running)
    }
}

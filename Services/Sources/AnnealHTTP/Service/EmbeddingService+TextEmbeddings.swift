import Anneal
import AnnealModel
import AnnealTokens
import Hummingbird
import NIOCore

/// The routes of text-embeddings-inference.
extension EmbeddingService {
    func embed(_ request: EmbedRequest, _ running: RunningRequest) async throws -> Response {
        let model = try model(request.model)
        let texts = try model.texts(request.inputs, field: "inputs", limits: limits, cut: request.options.cut)
        let settings = try model.settings(normalize: request.normalize ?? true, dimensions: request.dimensions)
        return try answer(
            EmbeddingWork(texts, model: model, settings: settings), running,
            open: { $0.raw("[") }, row: { json, _, vector in json.floats(vector) }, close: { json, _ in json.raw("]") })
    }

    /// A request to the root: sentences to compare where `inputs` is an object, else texts to embed.
    func embedOrCompare(_ body: ByteBuffer, _ running: RunningRequest) async throws -> Response {
        if let request: SimilarityRequest = try? decode(body) {
            return EmbeddingService.json(try await similarity(request))
        }
        return try await embed(try decode(body), running)
    }

    /// A row for every token: what it adds to the vector. The rows of a text sum to its vector before it is normalised.
    func embedAll(_ request: EmbedRequest, _ running: RunningRequest) async throws -> Response {
        let model = try model(request.model)
        let texts = try model.texts(request.inputs, field: "inputs", limits: limits, cut: request.options.cut)
        let dimension = try model.settings(normalize: false, dimensions: request.dimensions).dimension
        var tokens = 0
        // Before the answer begins: nothing can be refused afterwards.
        for text in texts {
            let count = try model.countTokens(text)
            guard count <= Engine.explainedTokenLimit else {
                throw ServiceError.tooLarge(
                    "`inputs`: expected at most \(Engine.explainedTokenLimit) tokens a text, found \(count)")
            }
            tokens += count
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
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    func similarity(_ request: SimilarityRequest) async throws -> JSONBuffer {
        let cut = request.parameters?.cut
        let source = try ServedModel.texts(
            [request.inputs.source], field: "source_sentence", limits: limits, cut: cut)
        let sentences = try ServedModel.texts(request.inputs.sentences, field: "sentences", limits: limits, cut: cut)
        let cosines = try await cosines(of: source[0], with: sentences, by: try model(request.model))
        var json = JSONBuffer(capacity: cosines.count * 12)
        json.floats(cosines)
        return json
    }

    /// The texts in the order of their cosine with the query; raw scores are cosines, others lie between 0 and 1.
    func rerank(_ request: RerankRequest) async throws -> JSONBuffer {
        let cut = request.options.cut
        let query = try ServedModel.texts([request.query], field: "query", limits: limits, cut: cut)
        let texts = try ServedModel.texts(request.texts, field: "texts", limits: limits, cut: cut)
        let cosines = try await cosines(of: query[0], with: texts, by: try model(request.model))
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
        return json
    }

    /// The cosine of a text with each of others.
    private func cosines(of text: String, with others: [String], by model: ServedModel) async throws -> [Float] {
        let settings = try model.settings(normalize: true, dimensions: nil)
        var work = EmbeddingWork([text] + others, model: model, settings: settings)
        let dimension = settings.dimension
        var query: [Float] = []
        var cosines: [Float] = []
        cosines.reserveCapacity(others.count)
        while let step = try work.step() {
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
        let texts = try model.texts(request.inputs, field: "inputs", limits: limits, cut: request.options.cut)
        // A text's tokens are at hand while they are written, and it has no more than bytes.
        try running.hold((texts.map(\.utf8.count).max() ?? 0) * MemoryLayout<Token>.stride)
        let body = ResponseBody { writer in
            var json = JSONBuffer(capacity: EmbeddingWork.stepBytes)
            for (index, text) in texts.enumerated() {
                json.raw(index == 0 ? "[[" : ",[")
                for (number, token) in try model.tokens(of: text).enumerated() {
                    json.raw(number == 0 ? "{\"id\":" : ",{\"id\":")
                    json.integer(Int(token.id))
                    json.raw(",\"text\":")
                    json.string(model.tokenizer.piece(token.id))
                    json.raw(",\"special\":false,\"start\":\(token.start),\"stop\":\(token.end)}")
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
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    func decodeTokens(_ request: DecodeRequest) throws -> JSONBuffer {
        let lists = request.ids.lists
        try ServedModel.check(count: lists.count, field: "ids", limits: limits)
        guard lists.allSatisfy({ !$0.isEmpty }) else { throw ServiceError.empty("ids") }
        let model = try model(request.model)
        var json = JSONBuffer()
        json.array(try lists.map { try model.decode($0, field: "ids", limits: limits) }) { $0.string($1) }
        return json
    }

    /// What is served. Lengths are in bytes, of which a token has one at least: this model counts no tokens first.
    func info() -> JSONBuffer {
        let model = models[0]
        var json = JSONBuffer()
        json.raw("{\"model_id\":")
        json.string(model.name)
        json.raw(",\"model_sha\":\"\(model.engine.model.contentHash)\",\"model_dtype\":\"int8\"")
        json.raw(",\"model_type\":{\"embedding\":{\"pooling\":\"sum\"}},\"dimension\":\(model.engine.dimension)")
        json.raw(",\"max_concurrent_requests\":\(limits.requests),\"max_input_length\":\(limits.textBytes)")
        json.raw(",\"max_batch_tokens\":\(limits.bodyBytes),\"max_batch_requests\":null")
        json.raw(",\"max_client_batch_size\":\(limits.texts),\"auto_truncate\":false,\"tokenization_workers\":1")
        json.raw(",\"version\":\"\(Server.version)\",\"sha\":null,\"docker_label\":null}")
        return json
    }
}

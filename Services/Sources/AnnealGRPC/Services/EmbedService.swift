import Anneal
import GRPCCore

/// `tei.v1.Embed`: vectors of texts, and of their tokens.
///
/// A stream holds one request and its response at a time. The response is written before the next request is read, and
/// writing waits for the client to take what is on its way, so a stream's length does not matter.
struct EmbedService: Tei_V1_Embed.SimpleServiceProtocol {
    let model: ServedModel

    func embed(request: Tei_V1_EmbedRequest, context: ServerContext) async throws -> Tei_V1_EmbedResponse {
        try embed(request)
    }

    func embedStream(
        request: RPCAsyncSequence<Tei_V1_EmbedRequest, any Error>, response: RPCWriter<Tei_V1_EmbedResponse>,
        context: ServerContext
    ) async throws {
        for try await one in request { try await response.write(try embed(one)) }
    }

    func embedAll(request: Tei_V1_EmbedAllRequest, context: ServerContext) async throws -> Tei_V1_EmbedAllResponse {
        try embedAll(request)
    }

    func embedAllStream(
        request: RPCAsyncSequence<Tei_V1_EmbedAllRequest, any Error>, response: RPCWriter<Tei_V1_EmbedAllResponse>,
        context: ServerContext
    ) async throws {
        for try await one in request { try await response.write(try embedAll(one)) }
    }

    /// - Throws: `RPCError` for what the model cannot do.
    func embed(_ request: Tei_V1_EmbedRequest) throws -> Tei_V1_EmbedResponse {
        var times = CallTimes()
        let cut = try model.cut(request.truncate, request.truncationDirection)
        try model.check(prompt: request.hasPromptName ? request.promptName : nil)
        let text = try model.text(request.inputs, field: "inputs", cut: cut)
        let settings = try model.settings(
            normalize: request.normalize, dimensions: request.hasDimensions ? Int(request.dimensions) : nil)
        var response = Tei_V1_EmbedResponse()
        var metadata = Tei_V1_Metadata()
        metadata.computeChars = UInt32(clamping: text.unicodeScalars.count)
        var vector = [Float](repeating: 0, count: settings.dimension)
        var row = vector.mutableSpan
        // As many sessions are in use as Swift has threads, at the most: nothing is waited for meanwhile.
        model.engine.withSession(settings) { session in
            metadata.queueTimeNs = times.lap()
            session.embed(text, into: &row)
            metadata.computeTokens = UInt32(clamping: session.tokenCount)
        }
        response.embeddings = vector
        metadata.inferenceTimeNs = times.lap()
        metadata.totalTimeNs = times.total
        response.metadata = metadata
        return response
    }

    /// - Throws: `RPCError` or `EngineError.tooLong` for what the model cannot do.
    func embedAll(_ request: Tei_V1_EmbedAllRequest) throws -> Tei_V1_EmbedAllResponse {
        var times = CallTimes()
        let cut = try model.cut(request.truncate, request.truncationDirection)
        try model.check(prompt: request.hasPromptName ? request.promptName : nil)
        let text = try model.text(request.inputs, field: "inputs", cut: cut)
        var response = Tei_V1_EmbedAllResponse()
        var metadata = Tei_V1_Metadata()
        metadata.computeChars = UInt32(clamping: text.unicodeScalars.count)
        metadata.queueTimeNs = times.lap()
        response.tokenEmbeddings = try model.engine.contributions(Array(text.utf8), mode: model.mode).map { row in
            var token = Tei_V1_TokenEmbedding()
            token.embeddings = row
            return token
        }
        metadata.computeTokens = UInt32(clamping: response.tokenEmbeddings.count)
        metadata.inferenceTimeNs = times.lap()
        metadata.totalTimeNs = times.total
        response.metadata = metadata
        return response
    }
}

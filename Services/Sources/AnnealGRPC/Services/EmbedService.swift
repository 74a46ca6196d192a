import Anneal
import AnnealServiceKit
import GRPCCore

/// `tei.v1.Embed`: vectors of texts, and of their tokens.
struct EmbedService: Tei_V1_Embed.ServiceProtocol {
    let model: ServedModel

    func embed(
        request: ServerRequest<Tei_V1_EmbedRequest>, context: ServerContext
    ) async throws -> ServerResponse<Tei_V1_EmbedResponse> {
        try Answers.one(request, embed)
    }

    func embedStream(
        request: StreamingServerRequest<Tei_V1_EmbedRequest>, context: ServerContext
    ) async throws -> StreamingServerResponse<Tei_V1_EmbedResponse> {
        Answers.stream(request, embed)
    }

    func embedAll(
        request: ServerRequest<Tei_V1_EmbedAllRequest>, context: ServerContext
    ) async throws -> ServerResponse<Tei_V1_EmbedAllResponse> {
        try Answers.one(request, embedAll)
    }

    func embedAllStream(
        request: StreamingServerRequest<Tei_V1_EmbedAllRequest>, context: ServerContext
    ) async throws -> StreamingServerResponse<Tei_V1_EmbedAllResponse> {
        Answers.stream(request, embedAll)
    }

    /// - Throws: ``Refusal`` for what the model cannot do.
    private func embed(_ request: Tei_V1_EmbedRequest) throws -> (Tei_V1_EmbedResponse, UnknownBytes?) {
        var times = CallTimes()
        let cut = try cutSide(request.truncate, request.truncationDirection)
        if request.hasPromptName { throw Refusal.prompt(request.promptName) }
        let text = try model.text(request.inputs, field: "inputs", cut: cut)
        let settings = try model.settings(
            normalize: request.normalize, dimensions: request.hasDimensions ? Int(request.dimensions) : nil)
        var response = Tei_V1_EmbedResponse()
        var metadata = Tei_V1_Metadata()
        metadata.computeChars = UInt32(clamping: text.unicodeScalars.count)
        var vector = [Float](repeating: 0, count: settings.dimension)
        var row = vector.mutableSpan
        // As many sessions are in use as Swift has threads, at the most: nothing is waited for meanwhile.
        let unknown = model.engine.withSession(settings) { session in
            metadata.queueTimeNs = times.lap()
            session.embed(text, into: &row)
            metadata.computeTokens = UInt32(clamping: session.tokenCount)
            return UnknownBytes(of: text, embeddedBy: &session, model.tokenizer)
        }
        response.embeddings = vector
        metadata.inferenceTimeNs = times.lap()
        metadata.totalTimeNs = times.total
        response.metadata = metadata
        return (response, unknown)
    }

    /// - Throws: ``Refusal`` or `EngineError.tooLong` for what the model cannot do.
    private func embedAll(_ request: Tei_V1_EmbedAllRequest) throws -> (Tei_V1_EmbedAllResponse, UnknownBytes?) {
        var times = CallTimes()
        let cut = try cutSide(request.truncate, request.truncationDirection)
        if request.hasPromptName { throw Refusal.prompt(request.promptName) }
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
        return (response, try model.tokens(of: text).unknown)
    }

    /// The side from which a text is to be cut; nil where a request does not ask for it.
    /// - Throws: ``Refusal`` for a direction that there is not.
    private func cutSide(_ isCut: Bool, _ direction: Tei_V1_TruncationDirection) throws(Refusal) -> CutSide? {
        switch direction {
        case .right: isCut ? .right : nil
        case .left: isCut ? .left : nil
        case .UNRECOGNIZED(let value):
            throw .invalid("`truncation_direction`: expected 0 (right) or 1 (left), found \(value)")
        }
    }
}

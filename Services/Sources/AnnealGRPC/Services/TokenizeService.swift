import AnnealServiceKit
import AnnealTokens
import GRPCCore

/// `tei.v1.Tokenize`: texts to tokens, and back.
struct TokenizeService: Tei_V1_Tokenize.ServiceProtocol {
    let model: ServedModel

    func tokenize(
        request: ServerRequest<Tei_V1_EncodeRequest>, context: ServerContext
    ) async throws -> ServerResponse<Tei_V1_EncodeResponse> {
        try Answers.one(request, tokenize)
    }

    func tokenizeStream(
        request: StreamingServerRequest<Tei_V1_EncodeRequest>, context: ServerContext
    ) async throws -> StreamingServerResponse<Tei_V1_EncodeResponse> {
        Answers.stream(request, tokenize)
    }

    func decode(
        request: ServerRequest<Tei_V1_DecodeRequest>, context: ServerContext
    ) async throws -> ServerResponse<Tei_V1_DecodeResponse> {
        try Answers.one(request, decode)
    }

    func decodeStream(
        request: StreamingServerRequest<Tei_V1_DecodeRequest>, context: ServerContext
    ) async throws -> StreamingServerResponse<Tei_V1_DecodeResponse> {
        Answers.stream(request, decode)
    }

    /// - Throws: ``Refusal`` for no text, one that is too long, and a prompt.
    private func tokenize(_ request: Tei_V1_EncodeRequest) throws -> (Tei_V1_EncodeResponse, UnknownBytes?) {
        if request.hasPromptName { throw Refusal.prompt(request.promptName) }
        let tokenized = try model.tokens(of: try model.text(request.inputs, field: "inputs"))
        var response = Tei_V1_EncodeResponse()
        response.tokens = tokenized.tokens.map { token in
            var simple = Tei_V1_SimpleToken()
            simple.id = token.id
            simple.text = model.tokenizer.piece(token.id)
            simple.start = token.start
            simple.stop = token.end
            return simple
        }
        return (response, tokenized.unknown)
    }

    /// - Throws: ``Refusal`` for no ids, and for ids that the model does not have.
    private func decode(_ request: Tei_V1_DecodeRequest) throws -> (Tei_V1_DecodeResponse, UnknownBytes?) {
        var response = Tei_V1_DecodeResponse()
        response.text = try model.decode(request.ids, field: "ids")
        return (response, nil)
    }
}

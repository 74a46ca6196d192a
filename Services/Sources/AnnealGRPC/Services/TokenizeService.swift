import Anneal
import AnnealTokens
import GRPCCore

/// `tei.v1.Tokenize`: texts to tokens, and back.
struct TokenizeService: Tei_V1_Tokenize.SimpleServiceProtocol {
    let model: ServedModel

    func tokenize(request: Tei_V1_EncodeRequest, context: ServerContext) async throws -> Tei_V1_EncodeResponse {
        try tokenize(request)
    }

    func tokenizeStream(
        request: RPCAsyncSequence<Tei_V1_EncodeRequest, any Error>, response: RPCWriter<Tei_V1_EncodeResponse>,
        context: ServerContext
    ) async throws {
        for try await one in request { try await response.write(try tokenize(one)) }
    }

    func decode(request: Tei_V1_DecodeRequest, context: ServerContext) async throws -> Tei_V1_DecodeResponse {
        try decode(request)
    }

    func decodeStream(
        request: RPCAsyncSequence<Tei_V1_DecodeRequest, any Error>, response: RPCWriter<Tei_V1_DecodeResponse>,
        context: ServerContext
    ) async throws {
        for try await one in request { try await response.write(try decode(one)) }
    }

    /// - Throws: `RPCError` for no text, one that is too long, and a prompt.
    func tokenize(_ request: Tei_V1_EncodeRequest) throws -> Tei_V1_EncodeResponse {
        try model.check(prompt: request.hasPromptName ? request.promptName : nil)
        var text = try model.text(request.inputs, field: "inputs", cut: nil)
        var response = Tei_V1_EncodeResponse()
        model.engine.withSession(try model.settings(normalize: true, dimensions: nil)) { session in
            text.withUTF8 { utf8 in
                session.tokenize(utf8.span) { ids, starts, ends in
                    for index in ids.indices {
                        var token = Tei_V1_SimpleToken()
                        token.id = ids[index]
                        token.text = model.tokenizer.piece(ids[index])
                        token.start = starts[index]
                        token.stop = ends[index]
                        response.tokens.append(token)
                    }
                }
            }
        }
        return response
    }

    /// - Throws: `RPCError` for no ids, and for ids that the model does not have.
    func decode(_ request: Tei_V1_DecodeRequest) throws -> Tei_V1_DecodeResponse {
        guard !request.ids.isEmpty else { throw RPCError.empty("ids") }
        if let wrong = request.ids.first(where: { $0 >= model.tokenizer.pieceCount }) {
            throw RPCError.tokenizer("expected token ids from 0 to \(model.tokenizer.pieceCount - 1), found \(wrong)")
        }
        var response = Tei_V1_DecodeResponse()
        response.text = model.tokenizer.decode(request.ids)
        return response
    }
}

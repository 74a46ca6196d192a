import Anneal
import AnnealModel
import AnnealServiceKit
import AnnealTokens
import GRPCCore
import GRPCInProcessTransport
import Testing

@testable import AnnealGRPC

@Suite("Calls")
struct CallTests {
    @Test("Info tells the model and the limits")
    func info() async throws {
        var limits = Limits()
        limits.calls = 7
        var rules = ServedModel.TextRules()
        rules.bytes = 1000
        try await InProcess.run(limits: limits, rules: rules) { client, _ in
            let info = try await Tei_V1_Info.Client(wrapping: client).info(Tei_V1_InfoRequest())
            #expect(info.modelID == "anneal-en-256" && info.modelDtype == "int8" && info.modelType == .embedding)
            let engine = try InProcess.engine.get()
            #expect(info.modelSha == "\(engine.model.contentHash)")
            #expect(info.maxInputLength == 1000 && info.maxConcurrentRequests == 7)
            #expect(info.version == Engine.version && !info.hasSha && !info.hasDockerLabel)
        }
    }

    @Test("Tokens cover the text, and decode to it")
    func tokens() async throws {
        let tokenizer = try InProcess.engine.get().model.tokenizer
        try await InProcess.run { client, _ in
            let service = Tei_V1_Tokenize.Client(wrapping: client)
            for text in ["turn the light off", "two words, 3 signs!", "a"] {
                var request = Tei_V1_EncodeRequest()
                request.inputs = text
                let tokens = try await service.tokenize(request).tokens
                var encoder = TokenEncoder(tokenizer)
                #expect(tokens.map(\.id) == encoder.encode(text))
                #expect(tokens.allSatisfy { $0.text == tokenizer.piece($0.id) && !$0.special })
                #expect(tokens.first?.start == 0 && tokens.last.map { Int($0.stop) } == text.utf8.count)
                #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0.stop == $1.start })
                var back = Tei_V1_DecodeRequest()
                back.ids = tokens.map(\.id)
                let decoded = try await service.decode(back).text
                #expect(decoded == text)
            }
        }
    }

    @Test("Ids that there are not, and none at all, are refused")
    func wrongTokens() async throws {
        let count = try InProcess.engine.get().model.tokenizer.pieceCount
        try await InProcess.run { client, _ in
            let service = Tei_V1_Tokenize.Client(wrapping: client)
            var request = Tei_V1_DecodeRequest()
            await #expect(throws: RPCError(code: .invalidArgument, message: "`ids` cannot be empty")) {
                try await service.decode(request)
            }
            request.ids = [0, UInt32(count)]
            let message = "`ids`: expected token ids from 0 to \(count - 1), found \(count)"
            await #expect(throws: RPCError(code: .failedPrecondition, message: message)) {
                try await service.decode(request)
            }
            await #expect(throws: RPCError(code: .invalidArgument, message: "`inputs` cannot be empty")) {
                try await service.tokenize(Tei_V1_EncodeRequest())
            }
        }
    }

    @Test("Keys open every service, and only known ones do")
    func keys() async throws {
        try await InProcess.run(keys: ["a-key"]) { client, admission in
            let service = Tei_V1_Info.Client(wrapping: client)
            for metadata: GRPCCore.Metadata in [[:], ["authorization": "Bearer a-ke"], ["authorization": "a-key"]] {
                await #expect(throws: RPCError(Refusal.unknownKey)) {
                    try await service.info(Tei_V1_InfoRequest(), metadata: metadata)
                }
            }
            let known = try await service.info(Tei_V1_InfoRequest(), metadata: ["authorization": "Bearer a-key"])
            #expect(known.modelID == "anneal-en-256" && admission.depth == 0)
        }
    }

    @Test("One call too many is refused at once, and later there is room again")
    func overload() async throws {
        var limits = Limits()
        limits.calls = 1
        try await InProcess.run(limits: limits) { client, admission in
            let embed = Tei_V1_Embed.Client(wrapping: client)
            var request = Tei_V1_EmbedRequest()
            request.inputs = "a"
            let (ended, end) = AsyncStream<Void>.makeStream()
            try await embed.embedStream { [request] writer in
                try await writer.write(request)
                for await _ in ended {}
            } onResponse: { [request] response in
                var responses = response.messages.makeAsyncIterator()
                let first = try await responses.next()
                #expect(first != nil)
                await #expect(throws: RPCError(.overloaded("expected at most 1 calls at once"))) {
                    try await embed.embed(request)
                }
                end.finish()
                let last = try await responses.next()
                #expect(last == nil)
            }
            let later = try await embed.embed(request)
            #expect(!later.embeddings.isEmpty)
            #expect(admission.depth == 0)
        }
    }
}

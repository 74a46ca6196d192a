import AnnealServiceKit
import FoundationEssentials
import Testing

@testable import AnnealHTTP

@Suite("Requests")
struct RequestTests {
    private func decoded<Value: Decodable>(_ json: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    }

    @Test("An input is one text or several, as strings, token ids or both")
    func inputs() throws {
        #expect(try decoded("\"a\"", as: TextInput.self).items == [.text("a")])
        #expect(try decoded("[\"a\",\"b\"]", as: TextInput.self).items == [.text("a"), .text("b")])
        #expect(try decoded("[1,2]", as: TextInput.self).items == [.tokens([1, 2])])
        #expect(try decoded("[[1],[2,3]]", as: TextInput.self).items == [.tokens([1]), .tokens([2, 3])])
        #expect(try decoded("[\"a\",[2,3]]", as: TextInput.self).items == [.text("a"), .tokens([2, 3])])
        #expect(try decoded("[]", as: TextInput.self).items == [])
    }

    @Test(
        "Other values are no input",
        arguments: ["5", "null", "{}", "true", "[\"a\",5]", "[[\"a\"]]", "[null]", "[1.5]"])
    func noInputs(json: String) {
        #expect(throws: DecodingError.self) { try decoded(json, as: TextInput.self) }
    }

    @Test("Fields keep their protocols' names")
    func fields() throws {
        let openAI: OpenAIEmbeddingRequest = try decoded(
            #"{"input":"a","model":"m","dimensions":8,"encoding_format":"base64","user":"u"}"#)
        #expect(openAI.model == "m" && openAI.dimensions == 8 && openAI.encoding == .base64)
        let rerank: RerankRequest = try decoded(
            #"{"query":"q","texts":["a"],"raw_scores":true,"return_text":false,"truncation_direction":"Right"}"#)
        #expect(rerank.wantsRawScores == true && rerank.wantsText == false && rerank.options.cut == nil)
        let embed: EmbedRequest = try decoded(#"{"inputs":"a","truncate":true,"truncation_direction":"left"}"#)
        #expect(embed.options.cut == .left, "cut only where it is asked for, and from the right unless it is said")
        let tokenize: TokenizeRequest = try decoded(#"{"inputs":"a","truncate":true,"prompt_name":null}"#)
        #expect(tokenize.options.cut == .right)
        let similarity: SimilarityRequest = try decoded(
            #"{"inputs":{"source_sentence":"a","sentences":["b"]},"parameters":{"truncate":true}}"#)
        #expect(similarity.inputs.source == "a" && similarity.inputs.sentences == ["b"])
        let explain: ExplainRequest = try decoded(#"{"text":"a","stop_after":3}"#)
        #expect(explain.stepLimit == 3)
    }

    @Test(
        "Options that cannot be used are refused",
        arguments: [
            #"{"inputs":"a","truncate":"yes"}"#, #"{"inputs":"a","truncation_direction":"up"}"#,
            #"{"inputs":"a","prompt_name":"query"}"#, #"{"inputs":"a","normalize":1}"#,
            #"{"inputs":"a","dimensions":"8"}"#, #"{"inputs":"a","dimensions":1e99}"#,
        ])
    func refusedOptions(json: String) {
        #expect(throws: DecodingError.self) { try decoded(json, as: EmbedRequest.self) }
    }

    @Test("Mutated requests are read or refused, and never trap", arguments: 0..<3)
    func mutations(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let valid = [
            #"{"input":["a","b"],"model":"m","dimensions":8}"#, #"{"inputs":[[1,2],"a"],"normalize":false}"#,
            #"{"inputs":{"source_sentence":"a","sentences":["b"]}}"#, #"{"ids":[[1],[2]]}"#,
            #"{"left":"a","right":"\ud83d\ude00","mode":"naive"}"#,
        ]
        var read = 0
        for _ in 0..<4_000 {
            var bytes = Array(valid.randomElement(using: &generator)!.utf8)
            for _ in 0..<Int.random(in: 0..<3, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(contentsOf: Array("[{\"9-e".utf8).shuffled(using: &generator), at: index)
                default: bytes.removeSubrange(index..<min(bytes.count - 1, index + 3))
                }
            }
            let data = Data(bytes)
            let decoder = JSONDecoder()
            let succeeded = [
                (try? decoder.decode(OpenAIEmbeddingRequest.self, from: data)) != nil,
                (try? decoder.decode(EmbedRequest.self, from: data)) != nil,
                (try? decoder.decode(SimilarityRequest.self, from: data)) != nil,
                (try? decoder.decode(DecodeRequest.self, from: data)) != nil,
                (try? decoder.decode(CompareRequest.self, from: data)) != nil,
            ]
            // Whoever reads it, it is JSON.
            if succeeded.contains(true) {
                read += 1
                #expect((try? decoder.decode(AnyJSON.self, from: data)) != nil)
            }
        }
        #expect(read > 1_000 && read < 4_000, "seed \(seed): \(read) were read")
    }
}

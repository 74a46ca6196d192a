import AnnealPlatform
import AnnealServiceKit
import FoundationEssentials
import HTTPTypes
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
        #expect(openAI.model == "m" && openAI.dimensions?.value == 8 && openAI.encoding == "base64")
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
        let complete: CompleteRequest = try decoded(#"{"text":"a","count":3,"towards":"b"}"#)
        #expect(complete.text == "a" && complete.count?.value == 3 && complete.towards == "b")
        let explain: ExplainRequest = try decoded(#"{"text":"a","stop_after":3}"#)
        #expect(explain.stepLimit?.value == 3)
    }

    @Test(
        "What is wrong is said with its place, what was expected and what was found",
        arguments: [
            (#"{"inputs":"a","truncate":"yes"}"#, #"`truncate`: expected true or false, found "yes""#),
            (
                #"{"inputs":"a","truncation_direction":"up"}"#,
                #"`truncation_direction`: expected Left, Right, left or right, found "up""#
            ),
            (
                #"{"inputs":"a","prompt_name":"query"}"#,
                "`prompt_name`: expected no prompt, for the model has none; found query"
            ),
            (#"{"inputs":"a","normalize":1}"#, "`normalize`: expected true or false, found 1"),
            (#"{"inputs":"a","dimensions":"8"}"#, #"`dimensions`: expected a whole number, found "8""#),
            (#"{"inputs":"a","dimensions":1.5}"#, "`dimensions`: expected a whole number, found 1.5"),
            (
                #"{"inputs":"a","dimensions":1e99}"#,
                "`dimensions`: expected a whole number, found 1e99, which is too large: 64 bits are the most"
            ),
            (
                #"{"inputs":"a","dimensions":9223372036854775808 }"#,
                "`dimensions`: expected a whole number, found 9223372036854775808, which is too large: 64 bits are the most"
            ),
            (
                #"{"inputs":"a","dimensions":-9223372036854775809}"#,
                "`dimensions`: expected a whole number, found -9223372036854775809, which is too large: 64 bits are the most"
            ),
            ("{}", "expected the field `inputs`, found none"), ("[]", "expected an object, found a list"),
            (" 5 ", "expected an object, found 5"),
            (
                #"{"inputs":{"a":[1]}}"#,
                "`inputs`: expected a string, strings, token ids or lists of token ids, found an object"
            ),
            (
                #"{"x":[{"y":"]}"},[]],"inputs":["a", [1], {"a":"b"}]}"#,
                "`inputs[2]`: expected a string or a list of token ids, found an object"
            ),
            (#"{"inputs":["a",[1,"b"]]}"#, #"`inputs[1][1]`: expected a whole number, found "b""#),
            (
                #"{"inputs":["a","\ud800"]}"#,
                "`inputs[1]`: expected a string or a list of token ids, found a string with an escape that stands for no character"
            ),
            (
                "{\"inputs\":[\"a\",\"b\nc\"]}",
                "`inputs[1]`: expected a string or a list of token ids, found a string with a control character that is not escaped"
            ),
            (
                #"{"\u0069nputs":7}"#,
                "`inputs`: expected a string, strings, token ids or lists of token ids, found 7"
            ),
        ])
    func words(json: String, words: String) {
        #expect(throws: Refusal(.invalid, words)) {
            let _: EmbedRequest = try RequestBody(json).decode()
        }
    }

    @Test("Long values are told in part, and lists of ids name the item")
    func cut() {
        let long = String(repeating: "m", count: 500)
        #expect(throws: Refusal.invalid("`normalize`: expected true or false, found \"\(long.prefix(79))…")) {
            let _: EmbedRequest = try RequestBody("{\"inputs\":\"a\",\"normalize\":\"\(long)\"}").decode()
        }
        for (ids, words) in [
            (#"[1,"a"]"#, #"`ids[1]`: expected a token id or a list of token ids, found "a""#),
            ("[[1],[2,null]]", "`ids[1][1]`: expected a whole number, found null"),
            ("[[1.5]]", "`ids[0][0]`: expected a whole number, found 1.5"),
            ("[1,[2]]", "`ids`: expected either token ids or lists of token ids, found a list"),
            ("7", "`ids`: expected token ids or lists of token ids, found 7"),
        ] {
            #expect(throws: Refusal.invalid(words)) {
                let _: DecodeRequest = try RequestBody("{\"ids\":\(ids)}").decode()
            }
        }
        #expect(throws: Refusal.self) {
            let _: CompareRequest = try RequestBody(#"{"left":"\ud800","right":"b"}"#).decode()
        }
        #expect(throws: Refusal.invalid(#"`mode`: expected naive, compiled or annealed, found "melted""#)) {
            let _: ExplainRequest = try RequestBody(#"{"text":"a","mode":"melted"}"#).decode()
        }
    }

    @Test("What is no JSON is told from JSON that does not fit")
    func noJSON() {
        for text in [
            "{", "not json", #"{"inputs": NaN}"#, #"{"inputs": "a"} x"#, String(repeating: "[", count: 10_000),
        ] {
            #expect(throws: ServiceError(.badRequest, .validation, "expected JSON, found something else")) {
                let _: EmbedRequest = try RequestBody(text).decode()
            }
        }
        #expect(throws: ServiceError(.badRequest, .validation, "expected JSON, found nothing")) {
            let _: EmbedRequest = try RequestBody("").decode()
        }
    }

    @Test("A request to the root compares where inputs is an object, and says what is wrong with that")
    func root() throws {
        guard case .embed = try decoded(#"{"inputs":["a"]}"#, as: EmbedOrSimilarityRequest.self),
            case .similarity = try decoded(
                #"{"inputs":{"source_sentence":"a","sentences":["b"]}}"#, as: EmbedOrSimilarityRequest.self)
        else {
            Issue.record("expected one of each")
            return
        }
        #expect(throws: Refusal.invalid("`inputs`: expected the field `sentences`, found none")) {
            let _: EmbedOrSimilarityRequest = try RequestBody(#"{"inputs":{"source_sentence":"a"}}"#).decode()
        }
    }

    @Test("Mutated requests are read or refused, and never trap", arguments: 0..<3)
    func mutations(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
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
            // What is refused is refused in words, wherever it is wrong.
            if !succeeded[1], let text = String(validating: bytes, as: UTF8.self) {
                #expect(throws: (any Error).self) {
                    let _: EmbedRequest = try RequestBody(text).decode()
                }
            }
            // Whoever reads it, it is JSON.
            if succeeded.contains(true) {
                read += 1
                #expect((try? decoder.decode(AnyJSON.self, from: data)) != nil)
            }
        }
        #expect(read > 1_000 && read < 4_000, "seed \(seed): \(read) were read")
    }
}

import Anneal
import AnnealServiceKit
import GRPCCore
import GRPCInProcessTransport
import Synchronization
import Testing

@testable import AnnealGRPC

@Suite("Embed")
struct EmbedTests {
    private let texts = ["turn the light off", "naïve café 北京 😀", "a", String(repeating: "many words ", count: 300)]

    private func request(_ text: String, normalize: Bool = true, dimensions: UInt32? = nil) -> Tei_V1_EmbedRequest {
        var request = Tei_V1_EmbedRequest()
        request.inputs = text
        request.normalize = normalize
        if let dimensions { request.dimensions = dimensions }
        return request
    }

    @Test("Vectors are the engine's, bit for bit, and metadata tells of the text")
    func vectors() async throws {
        let engine = try InProcess.engine.get()
        try await InProcess.run { client, _ in
            let embed = Tei_V1_Embed.Client(wrapping: client)
            for text in texts {
                let response = try await embed.embed(request(text))
                let expected = try engine.embed(text)
                #expect(response.embeddings == expected)
                let metadata = response.metadata
                var session = try engine.makeSession()
                var text = text
                let tokens = text.withUTF8 { session.countTokens($0.span) }
                #expect(Int(metadata.computeTokens) == tokens)
                #expect(Int(metadata.computeChars) == text.unicodeScalars.count)
                #expect(metadata.tokenizationTimeNs == 0 && metadata.inferenceTimeNs > 0)
                #expect(metadata.totalTimeNs >= metadata.queueTimeNs + metadata.inferenceTimeNs)
            }
        }
    }

    @Test("Normalised where it is asked for; the first dimensions where fewer are")
    func settings() async throws {
        try await InProcess.run { client, _ in
            let embed = Tei_V1_Embed.Client(wrapping: client)
            func norm(_ vector: [Float]) -> Float { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
            let raw = try await embed.embed(request(texts[0], normalize: false)).embeddings
            let unit = try await embed.embed(request(texts[0])).embeddings
            let short = try await embed.embed(request(texts[0], dimensions: 16)).embeddings
            #expect(abs(norm(unit) - 1) < 1e-5 && abs(norm(raw) - 1) > 1e-3)
            #expect(zip(raw, unit).allSatisfy { abs($0 / norm(raw) - $1) < 1e-5 })
            #expect(short.count == 16 && abs(norm(short) - 1) < 1e-5)
            #expect(zip(short, unit).allSatisfy { abs($0 * norm(Array(unit[..<16])) - $1) < 1e-5 })
        }
    }

    @Test("The rows of the tokens sum to the vector before it is normalised")
    func allTokens() async throws {
        try await InProcess.run { client, _ in
            let embed = Tei_V1_Embed.Client(wrapping: client)
            for text in texts {
                var all = Tei_V1_EmbedAllRequest()
                all.inputs = text
                let response = try await embed.embedAll(all)
                let raw = try await embed.embed(request(text, normalize: false))
                #expect(response.tokenEmbeddings.count == Int(raw.metadata.computeTokens))
                for (column, value) in raw.embeddings.enumerated() {
                    let sum = response.tokenEmbeddings.reduce(0) { $0 + Double($1.embeddings[column]) }
                    #expect(abs(sum - Double(value)) <= 1e-5 * max(1, abs(sum)))
                }
            }
        }
    }

    @Test("What cannot be done is refused, with what was expected and what was found")
    func refusals() async throws {
        var rules = ServedModel.TextRules()
        rules.bytes = 100
        let dimension = try InProcess.engine.get().dimension
        try await InProcess.run(rules: rules) { client, admission in
            let embed = Tei_V1_Embed.Client(wrapping: client)
            var prompted = request("a")
            prompted.promptName = "query"
            var turned = request("a")
            turned.truncationDirection = .UNRECOGNIZED(7)
            for (refused, message) in [
                (request(""), "`inputs` cannot be empty"),
                (
                    request(String(repeating: "é", count: 51)),
                    "`inputs`: expected a text of at most 100 bytes, found 102"
                ),
                (request("a", dimensions: 0), "`dimensions`: expected 1 to \(dimension) dimensions, found 0"),
                (
                    request("a", dimensions: .max),
                    "`dimensions`: expected 1 to \(dimension) dimensions, found \(UInt32.max)"
                ),
                (prompted, "`prompt_name`: expected no prompt, for the model has none; found query"),
                (turned, "`truncation_direction`: expected 0 (right) or 1 (left), found 7"),
            ] {
                await #expect(throws: RPCError(code: .invalidArgument, message: message)) {
                    try await embed.embed(refused)
                }
            }
            // Cut where that is asked for, from the side that is asked for.
            let long = String(repeating: "ab ", count: 33) + "北 the end"
            for (direction, kept) in [(.right, String(long.prefix(99))), (.left, String(long.suffix(98)))]
                as [(Tei_V1_TruncationDirection, String)]
            {
                var cut = request(long)
                cut.truncate = true
                cut.truncationDirection = direction
                let response = try await embed.embed(cut)
                #expect(response.embeddings == (try InProcess.engine.get().embed(kept)))
                #expect(Int(response.metadata.computeChars) == kept.count)
            }
            let later = try await embed.embed(request("a"))
            #expect(later.embeddings.count == dimension, "and goes on")
            #expect(admission.depth == 0)
        }
    }

    @Test("A stream is answered in order, one response a request; a refusal ends it")
    func stream() async throws {
        let engine = try InProcess.engine.get()
        try await InProcess.run { client, admission in
            let embed = Tei_V1_Embed.Client(wrapping: client)
            let many = (0..<200).map { "text number \($0)" }
            try await embed.embedStream { writer in
                for text in many { try await writer.write(request(text)) }
            } onResponse: { response in
                var count = 0
                for try await one in response.messages {
                    let expected = try engine.embed(many[count])
                    #expect(one.embeddings == expected)
                    count += 1
                }
                #expect(count == many.count)
            }
            let refused = try await embed.embedStream { writer in
                for text in ["a", "b", "", "c"] { try? await writer.write(request(text)) }
            } onResponse: { response in
                var count = 0
                do {
                    for try await _ in response.messages { count += 1 }
                } catch let error as RPCError {
                    #expect(error == RPCError(code: .invalidArgument, message: "`inputs` cannot be empty"))
                }
                return count
            }
            #expect(refused == 2)
            #expect(admission.depth == 0)
        }
    }

    @Test("An empty text has zeros where it is taken")
    func emptyTexts() async throws {
        var rules = ServedModel.TextRules()
        rules.acceptsEmpty = true
        try await InProcess.run(rules: rules) { client, _ in
            let response = try await Tei_V1_Embed.Client(wrapping: client).embed(request(""))
            #expect(response.embeddings == [Float](repeating: 0, count: try InProcess.engine.get().dimension))
        }
    }

    @Test("The trailers tell what share of the texts is unknown, over all of a stream")
    func unknownShare() async throws {
        let texts = ["turn the light off", "hello 北京路由器", "北京"]
        let engine = try InProcess.engine.get()
        let explained = try texts.map { try engine.explain($0) }
        #expect(explained[0].unknownCount == 0 && explained[1].unknownCount > 0 && explained[2].unknownByteShare == 1)
        try await InProcess.run { client, _ in
            let embed = Tei_V1_Embed.Client(wrapping: client)
            for (text, explanation) in zip(texts, explained) {
                let share = try await embed.embed(request(text)) {
                    Array($0.trailingMetadata[stringValues: "unknown-share"])
                }
                #expect(share == ["\(explanation.unknownByteShare)"])
            }
            let all = try await embed.embedStream { writer in
                for text in texts { try await writer.write(request(text)) }
            } onResponse: { response in
                var trailers: GRPCCore.Metadata = [:]
                for try await part in try response.accepted.get().bodyParts {
                    if case .trailingMetadata(let metadata) = part { trailers = metadata }
                }
                return Array(trailers[stringValues: "unknown-share"])
            }
            let bytes = zip(texts, explained).reduce(0.0) { $0 + $1.1.unknownByteShare * Double($1.0.utf8.count) }
            let share = all.first.flatMap { Double($0) } ?? -1
            #expect(abs(share - bytes / Double(texts.reduce(0) { $0 + $1.utf8.count })) < 1e-12)
        }
    }

    @Test("No request is read before the response to the one before it was taken")
    func backPressure() async throws {
        let service = EmbedService(model: ServedModel(fileName: "default", engine: try InProcess.engine.get()))
        let events = Mutex<[Character]>([])
        let requests = AsyncStream<Tei_V1_EmbedRequest>(unfolding: {
            let read = events.withLock { events in
                events.append("r")
                return events.count { $0 == "r" }
            }
            return read <= 3 ? request("a") : nil
        })
        let writer = RecordingWriter<Tei_V1_EmbedResponse> { _ in
            events.withLock { $0.append("(") }
            // Whoever read ahead would do it now.
            for _ in 0..<100 { await Task.yield() }
            events.withLock { $0.append(")") }
        }
        let response = try await service.embedStream(
            request: StreamingServerRequest(
                metadata: [:], messages: RPCAsyncSequence(wrapping: requests.map { $0 })),
            context: ServerContext(
                descriptor: Tei_V1_Embed.Method.EmbedStream.descriptor, remotePeer: "", localPeer: "",
                cancellation: ServerContext.RPCCancellationHandle()))
        _ = try await response.accepted.get().producer(RPCWriter(wrapping: writer))
        #expect(String(events.withLock { $0 }) == "r()r()r()r")
    }
}

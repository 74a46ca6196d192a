import Anneal
import AnnealServiceKit
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// The forms of answers.
extension EmbeddingService {
    static func json(_ json: JSONBuffer) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: json.bytes))
    }

    /// An answer whose bytes count as held until it is sent.
    /// - Throws: ``Refusal`` where all that is held is too much.
    static func held(
        _ json: JSONBuffer, _ running: RunningRequest, _ fields: HTTPFields = [.contentType: "application/json"]
    ) throws(Refusal) -> Response {
        let bytes = json.bytes
        try running.hold(bytes.readableBytes)
        let body = ResponseBody(contentLength: bytes.readableBytes) { writer in
            try await writer.write(bytes)
            try await writer.finish(nil)
            withExtendedLifetime(running) {}
        }
        return Response(status: .ok, headers: fields, body: body)
    }

    /// The headers of an answer about texts: for each of a few texts, what share of its bytes the vocabulary does not know.
    static func fields(_ unknown: [UnknownBytes]) -> HTTPFields {
        var fields: HTTPFields = [.contentType: "application/json"]
        if !unknown.isEmpty, unknown.count <= EmbeddingWork.stepTexts {
            fields[.unknownShare] = unknown.map { "\($0.share)" }.joined(separator: ",")
        }
        return fields
    }

    /// An answer with something for every vector, in order.
    ///
    /// Short work is done at once and answered whole. Else the answer is sent as it is made, no faster than the client
    /// takes it, so that its size does not matter; what can be refused was refused before.
    /// - Parameters:
    ///   - running: kept until the answer is sent.
    ///   - row: called for each text with its number and its vector.
    ///   - close: called at the end, with the number of tokens.
    func answer(
        _ work: EmbeddingWork, _ running: RunningRequest,
        open: @escaping @Sendable (inout JSONBuffer) -> Void,
        row: @escaping @Sendable (inout JSONBuffer, Int, ArraySlice<Float>) throws -> Void,
        close: @escaping @Sendable (inout JSONBuffer, Int) -> Void
    ) throws -> Response {
        let dimension = work.settings.dimension
        @Sendable func write(_ step: (texts: Range<Int>, vectors: [Float]), to json: inout JSONBuffer) throws {
            for (index, text) in step.texts.enumerated() {
                if text > 0 { json.raw(",") }
                try row(&json, text, step.vectors[index * dimension..<(index + 1) * dimension])
            }
        }
        guard !work.isShort else {
            var work = work
            var json = JSONBuffer(capacity: 256 + work.texts.count * (64 + dimension * 12))
            open(&json)
            while let step = work.step() { try write(step, to: &json) }
            close(&json, work.tokens)
            metrics.embedded(texts: work.texts.count, tokens: work.tokens)
            return try EmbeddingService.held(json, running, EmbeddingService.fields(work.unknown))
        }
        let metrics = metrics
        let body = ResponseBody { writer in
            var work = work
            var json = JSONBuffer(capacity: EmbeddingWork.stepTexts * (64 + dimension * 12))
            open(&json)
            while let step = work.step() {
                try write(step, to: &json)
                try await writer.write(json.take())
                await Task.yield()
            }
            close(&json, work.tokens)
            try await writer.write(json.take())
            try await writer.finish(nil)
            metrics.embedded(texts: work.texts.count, tokens: work.tokens)
            withExtendedLifetime(running) {}
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }
}

extension HTTPField.Name {
    /// For each text of a request, in order, the share of its bytes that the vocabulary does not know.
    static let unknownShare = HTTPField.Name("x-unknown-share")!
}

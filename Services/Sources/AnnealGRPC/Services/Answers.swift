import AnnealServiceKit
import GRPCCore

/// Answers to one request and to a stream of them, made by the same function of a request. It may tell how much of its text
/// the vocabulary does not know; the share of all texts of a call follows in the trailing metadata, as the messages of
/// `tei.v1` have no place for it.
enum Answers {
    /// From 0 to 1, of the bytes of all texts of the call.
    static let unknownShare = "unknown-share"

    static func one<Input, Output>(
        _ request: ServerRequest<Input>, _ answer: (Input) throws -> (Output, UnknownBytes?)
    ) throws -> ServerResponse<Output> {
        let (message, unknown) = try answer(request.message)
        return ServerResponse(message: message, trailingMetadata: metadata(unknown))
    }

    /// A stream holds one request and its response at a time. The response is written before the next request is read, and
    /// writing waits for the client to take what is on its way, so a stream's length does not matter.
    static func stream<Input, Output>(
        _ request: StreamingServerRequest<Input>,
        _ answer: @escaping @Sendable (Input) throws -> (Output, UnknownBytes?)
    ) -> StreamingServerResponse<Output> {
        StreamingServerResponse { writer in
            var all: UnknownBytes?
            for try await one in request.messages {
                let (message, unknown) = try answer(one)
                if let unknown { all = (all ?? UnknownBytes()) + unknown }
                try await writer.write(message)
            }
            return metadata(all)
        }
    }

    private static func metadata(_ unknown: UnknownBytes?) -> Metadata {
        guard let unknown else { return [:] }
        return [unknownShare: .string("\(unknown.share)")]
    }
}

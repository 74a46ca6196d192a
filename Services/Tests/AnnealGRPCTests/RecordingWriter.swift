import GRPCCore

/// A writer that hands each element on and waits until it is taken.
struct RecordingWriter<Element: Sendable>: RPCWriterProtocol {
    let take: @Sendable (Element) async -> Void

    func write(_ element: Element) async throws { await take(element) }

    func write(contentsOf elements: some Sequence<Element>) async throws {
        for element in elements { await take(element) }
    }
}

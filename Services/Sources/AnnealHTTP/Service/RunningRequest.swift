import AnnealServiceKit
import Metrics

/// A request that is worked on: the bytes that it holds, and its time.
///
/// Bytes are given back and the time is recorded when the last reference goes, however the request ends: answered, refused,
/// or dropped with its connection in the middle of a streamed response.
final class RunningRequest: Sendable {
    private let timer: Metrics.Timer
    private let start: ContinuousClock.Instant
    private let held: HeldBytes

    init(_ admission: Admission, timer: Metrics.Timer, start: ContinuousClock.Instant) {
        self.timer = timer
        self.start = start
        held = admission.holding()
    }

    deinit { timer.record(duration: .now - start) }

    /// Counts bytes that are in memory for it.
    /// - Throws: ``Refusal`` where all requests together hold too many.
    func hold(_ count: Int) throws(Refusal) { try held.hold(count) }
}

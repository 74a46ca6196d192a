import Metrics
import Synchronization

/// A request that is worked on: the bytes of its body that are in memory, and its time.
///
/// Bytes are given back and the time is recorded when the last reference goes, however the request ends: answered, refused,
/// or dropped with its connection in the middle of a streamed response.
final class RunningRequest: Sendable {
    private let admission: Admission
    private let timer: Metrics.Timer
    private let start: ContinuousClock.Instant
    private let bytes = Atomic<Int>(0)

    init(_ admission: Admission, timer: Metrics.Timer, start: ContinuousClock.Instant) {
        self.admission = admission
        self.timer = timer
        self.start = start
    }

    deinit {
        admission.release(bytes.load(ordering: .relaxed))
        timer.record(duration: .now - start)
    }

    /// Counts bytes of the body.
    /// - Throws: ``ServiceError`` where all bodies together are too large.
    func hold(_ count: Int) throws(ServiceError) {
        bytes.wrappingAdd(count, ordering: .relaxed)
        try admission.hold(count)
    }
}

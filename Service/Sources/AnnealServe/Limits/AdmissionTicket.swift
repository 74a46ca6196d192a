import Metrics
import Synchronization

/// A place among the requests that are worked on, and the bytes that it holds.
///
/// The place is given back when the last reference goes, however the request ends: answered, refused, or dropped with its
/// connection in the middle of a streamed response.
final class AdmissionTicket: Sendable {
    private let admission: Admission
    private let timer: Metrics.Timer
    private let start: ContinuousClock.Instant
    private let bytes = Atomic<Int>(0)

    /// - Throws: ``ServiceError`` where there are too many requests.
    init(_ admission: Admission, timer: Metrics.Timer, start: ContinuousClock.Instant) throws(ServiceError) {
        try admission.enter()
        self.admission = admission
        self.timer = timer
        self.start = start
    }

    deinit {
        admission.leave(bytes.load(ordering: .relaxed))
        timer.record(duration: .now - start)
    }

    /// Counts bytes of the body.
    /// - Throws: ``ServiceError`` where all bodies together are too large.
    func hold(_ count: Int) throws(ServiceError) {
        bytes.wrappingAdd(count, ordering: .relaxed)
        try admission.hold(count)
    }
}

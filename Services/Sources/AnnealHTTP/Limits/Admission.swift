import Synchronization

/// Counts what is being worked on, and refuses what would be too much: memory stays bounded, and who is let in is served.
final class Admission: Sendable {
    private let limits: Limits
    private let requests = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)

    init(_ limits: Limits) { self.limits = limits }

    /// Requests that are worked on or wait.
    var depth: Int { requests.load(ordering: .relaxed) }

    /// Counts a request; ``leave()`` must follow.
    /// - Throws: ``ServiceError`` where there are too many.
    func enter() throws(ServiceError) {
        let now = requests.wrappingAdd(1, ordering: .relaxed).newValue
        guard now <= limits.requests else {
            leave()
            throw ServiceError.overloaded("expected at most \(limits.requests) requests at once")
        }
    }

    func leave() { requests.wrappingSubtract(1, ordering: .relaxed) }

    /// Counts bytes of a body that has begun to arrive; ``release(_:)`` must follow.
    /// - Throws: ``ServiceError`` where all bodies together are too large. The bytes are counted nevertheless.
    func hold(_ count: Int) throws(ServiceError) {
        let now = bytes.wrappingAdd(count, ordering: .relaxed).newValue
        guard now <= limits.heldBytes else {
            throw ServiceError.overloaded("expected at most \(limits.heldBytes) bytes of requests at once")
        }
    }

    func release(_ count: Int) { bytes.wrappingSubtract(count, ordering: .relaxed) }
}

import Synchronization

/// Counts what is being worked on, and refuses what would be too much: memory stays bounded, and who is let in is served.
public final class Admission: Sendable {
    private let limit: Int
    private let noun: String
    private let byteLimit: Int
    private let running = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)

    /// - Parameters:
    ///   - limit: how many may be worked on at once, or wait.
    ///   - noun: what they are called, `requests` or `calls`.
    ///   - byteLimit: how many bytes they may hold together.
    public init(limit: Int, of noun: String, byteLimit: Int = .max) {
        self.limit = limit
        self.noun = noun
        self.byteLimit = byteLimit
    }

    /// How many are worked on or wait.
    public var depth: Int { running.load(ordering: .relaxed) }

    /// Counts one more, for as long as the result is referred to.
    /// - Throws: ``Refusal`` where there are too many.
    public func enter() throws(Refusal) -> Admitted {
        let now = running.wrappingAdd(1, ordering: .relaxed).newValue
        // Who is refused is counted no longer than this.
        let admitted = Admitted(self)
        guard now <= limit else { throw .overloaded("expected at most \(limit) \(noun) at once") }
        return admitted
    }

    /// Bytes that are held for one of them; none yet.
    public func holding() -> HeldBytes { HeldBytes(self) }

    fileprivate func leave() { running.wrappingSubtract(1, ordering: .relaxed) }

    fileprivate func hold(_ count: Int) throws(Refusal) {
        let now = bytes.wrappingAdd(count, ordering: .relaxed).newValue
        guard now <= byteLimit else { throw .overloaded("expected at most \(byteLimit) bytes of \(noun) at once") }
    }

    fileprivate func release(_ count: Int) { bytes.wrappingSubtract(count, ordering: .relaxed) }
}

/// A request or a call that is worked on. It is counted until the last reference goes, however it ends: answered, refused,
/// or dropped with its connection.
public final class Admitted: Sendable {
    private let admission: Admission

    fileprivate init(_ admission: Admission) { self.admission = admission }

    deinit { admission.leave() }
}

/// Bytes that are in memory for a request. They are given back when the last reference goes, however it ends.
public final class HeldBytes: Sendable {
    private let admission: Admission
    private let count = Atomic<Int>(0)

    fileprivate init(_ admission: Admission) { self.admission = admission }

    deinit { admission.release(count.load(ordering: .relaxed)) }

    /// Counts more of them.
    /// - Throws: ``Refusal`` where all requests together hold too many. These are counted nevertheless.
    public func hold(_ more: Int) throws(Refusal) {
        count.wrappingAdd(more, ordering: .relaxed)
        try admission.hold(more)
    }
}

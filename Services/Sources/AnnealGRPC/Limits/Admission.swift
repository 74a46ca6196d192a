import GRPCCore
import Synchronization

/// Counts the calls that are worked on, and refuses what would be too many: memory stays bounded, and who is let in is
/// served.
final class Admission: Sendable {
    private let limit: Int
    private let calls = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// Calls that are worked on.
    var depth: Int { calls.load(ordering: .relaxed) }

    /// Counts a call for as long as the result is referred to.
    /// - Throws: `RPCError` where there are too many.
    func enter() throws(RPCError) -> AdmittedCall {
        let now = calls.wrappingAdd(1, ordering: .relaxed).newValue
        guard now <= limit else {
            leave()
            throw .overloaded("expected at most \(limit) calls at once")
        }
        return AdmittedCall(self)
    }

    func leave() { calls.wrappingSubtract(1, ordering: .relaxed) }
}

import GRPCCore
import Testing

@testable import AnnealGRPC

@Suite("Limits")
struct LimitTests {
    @Test("Calls are let in up to the limit, and make room when they end")
    func calls() throws {
        let admission = Admission(limit: 2)
        var first: AdmittedCall? = try admission.enter()
        let second = try admission.enter()
        #expect(throws: RPCError.overloaded("expected at most 2 calls at once")) { try admission.enter() }
        #expect(admission.depth == 2, "who is refused is not counted")
        withExtendedLifetime(first) {}
        first = nil
        #expect(admission.depth == 1)
        let third = try admission.enter()
        #expect(admission.depth == 2)
        withExtendedLifetime((second, third)) {}
    }
}

import Testing

@testable import AnnealServiceKit

@Suite("Admission")
struct AdmissionTests {
    @Test("Up to the limit are let in, and make room when they end")
    func calls() throws {
        let admission = Admission(limit: 2, of: "calls")
        var first: Admitted? = try admission.enter()
        let second = try admission.enter()
        #expect(throws: Refusal(.overloaded, "expected at most 2 calls at once")) { try admission.enter() }
        #expect(admission.depth == 2, "who is refused is not counted")
        withExtendedLifetime(first) {}
        first = nil
        #expect(admission.depth == 1)
        let third = try admission.enter()
        #expect(admission.depth == 2)
        withExtendedLifetime((second, third)) {}
    }

    @Test("Bytes are let in up to the limit, and are given back with what held them")
    func bytes() throws {
        let admission = Admission(limit: 1, of: "requests", byteLimit: 100)
        var first: HeldBytes? = admission.holding()
        let second = admission.holding()
        try first?.hold(60)
        try second.hold(40)
        #expect(throws: Refusal(.overloaded, "expected at most 100 bytes of requests at once")) { try second.hold(1) }
        first = nil
        try second.hold(59)
        #expect(throws: Refusal.self) { try second.hold(1) }
        withExtendedLifetime(second) {}
    }
}

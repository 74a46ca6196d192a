import CoreMetrics
import HTTPTypes
import Testing

@testable import AnnealServe

@Suite("Limits")
struct LimitTests {
    private let timer = Timer(label: "test", factory: PrometheusRegistry())

    @Test("Requests and bytes are let in up to the limit, and leave with their ticket")
    func admission() throws {
        var limits = Limits()
        limits.requests = 2
        limits.heldBytes = 100
        let admission = Admission(limits)
        var first: AdmissionTicket? = try AdmissionTicket(admission, timer: timer, start: .now)
        let second = try AdmissionTicket(admission, timer: timer, start: .now)
        #expect(admission.depth == 2)
        #expect(throws: ServiceError.self) { try AdmissionTicket(admission, timer: timer, start: .now) }
        #expect(admission.depth == 2, "who is refused is not counted")
        try first?.hold(60)
        try second.hold(40)
        #expect(throws: ServiceError.self) { try second.hold(1) }
        first = nil
        #expect(admission.depth == 1)
        try second.hold(59)
        withExtendedLifetime(second) {}
    }

    @Test("Keys are let in whole and only whole")
    func keys() {
        let keys = APIKeys(["first", "second-key"])
        #expect(keys.allow("Bearer first") && keys.allow("bearer second-key"))
        for wrong in [
            nil, "", "Bearer", "Bearer ", "first", "Basic first", "Bearer firs", "Bearer first1", "Bearer First",
            "Bearer first ", "Bearer second-ke", "Bearer firstfirst",
        ] {
            #expect(!keys.allow(wrong), "\(wrong ?? "nothing")")
        }
        #expect(APIKeys([]).allow(nil), "no keys let everyone in")
    }

    @Test("Other origins read answers only where they are named")
    func origins() {
        let field = HTTPField.Name.accessControlAllowOrigin
        let named = AllowedOrigins(["https://a.example"])
        #expect(named.headers(for: "https://a.example", isPreflight: false)[field] == "https://a.example")
        #expect(named.headers(for: "https://a.example.b", isPreflight: true).isEmpty)
        #expect(named.headers(for: nil, isPreflight: true).isEmpty)
        #expect(AllowedOrigins([]).headers(for: "https://a.example", isPreflight: true).isEmpty)
        #expect(AllowedOrigins(["*"]).headers(for: "null", isPreflight: false)[field] == "*")
    }
}

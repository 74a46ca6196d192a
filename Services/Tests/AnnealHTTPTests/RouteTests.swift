import HTTPTypes
import Testing

@testable import AnnealHTTP

@Suite("Routes")
struct RouteTests {
    @Test("A path leads to the routes that are declared for it, and nothing else leads anywhere")
    func paths() {
        for route in Route.all {
            let path = route.path.replacing("{model}", with: "a-model")
            #expect(Route.routes(at: path).contains { $0.method == route.method && $0.path == route.path })
            if path != "/" { #expect(Route.routes(at: path + "/").first?.path == route.path) }
        }
        #expect(Route.routes(at: "/").map(\.method) == [.get, .post])
        for path in [
            "", "///", "/embed//", "/Embed", "/embed/x", "/v1", "/v1/", "/v1/models//", "/page.html", "/%65mbed",
        ] {
            #expect(Route.routes(at: path).isEmpty, "\(path)")
        }
    }

    @Test("No two routes are the same, and only GET is open without a key")
    func table() {
        #expect(Set(Route.all.map { "\($0.method) \($0.path)" }).count == Route.all.count)
        #expect(
            Set(Route.all.filter(\.isOpen).map { "\($0.method) \($0.path)" })
                == Set(
                    ["/", "/page.js", "/page.css", "/openapi.json", "/health", "/live", "/ready"].map { "GET \($0)" }))
    }

    @Test(
        "The name at the end of a path is what was encoded",
        arguments: [
            ("a", "a"), ("a/", "a"), ("a%20b", "a b"), ("%E5%8C%97", "北"), ("a%2Fb", "a/b"), ("100%", "100%"),
            ("%zz", "%zz"), ("%", "%"), ("%4", "%4"), ("%+1", "%+1"),
        ])
    func names(encoded: String, name: String) { #expect(Route.decoded(Substring(encoded).utf8) == name) }
}

import HTTPTypes

/// The web pages of other origins whose scripts may read answers. None, unless the operator names some.
///
/// - Source: https://fetch.spec.whatwg.org/#http-cors-protocol
public struct AllowedOrigins: Sendable {
    private let origins: Set<String>

    /// - Parameter origins: as browsers send them, `https://example.org`; `*` for every origin.
    public init(_ origins: [String]) { self.origins = Set(origins) }

    /// The headers of an answer to a request that came from a page of `origin`; none where the page may not read it.
    func headers(for origin: String?, isPreflight: Bool) -> HTTPFields {
        guard let origin, origins.contains("*") || origins.contains(origin) else { return [:] }
        var headers: HTTPFields = [.accessControlAllowOrigin: origins.contains("*") ? "*" : origin, .vary: "Origin"]
        if !isPreflight { headers[.accessControlExposeHeaders] = HTTPField.Name.unknownShare.rawName }
        if isPreflight {
            headers[.accessControlAllowMethods] = "GET, POST"
            headers[.accessControlAllowHeaders] = "authorization, content-type"
            headers[.accessControlMaxAge] = "86400"
        }
        return headers
    }
}

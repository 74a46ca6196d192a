import Anneal
import AnnealConcepts
import AnnealServiceKit
import HTTPTypes
import Hummingbird
import NIOCore

/// What tells about the service: the page, the document, its health and its counts.
extension EmbeddingService {
    func page(_: String) throws -> Response {
        EmbeddingService.file(PackageResources.page_html, "text/html; charset=utf-8")
    }

    func script(_: String) throws -> Response {
        EmbeddingService.file(PackageResources.page_js, "text/javascript; charset=utf-8")
    }

    func style(_: String) throws -> Response {
        EmbeddingService.file(PackageResources.page_css, "text/css; charset=utf-8")
    }

    func description(_: String) throws -> Response { EmbeddingService.text(document, "application/json") }

    func health(_: String) throws -> Response { Response(status: .ok) }

    func ready(_: String) throws -> Response {
        guard readiness.isReady else { throw ServiceError(.serviceUnavailable, .unhealthy, "the service ends") }
        return Response(status: .ok)
    }

    func counts(_: String) throws -> Response {
        EmbeddingService.text(metrics.text(depth: admission.depth), "text/plain; version=0.0.4; charset=utf-8")
    }

    /// What is served. Lengths are in bytes, of which a token has one at least: this model counts no tokens first.
    func info(_: String) throws -> Response {
        let model = models[0]
        var json = JSONBuffer()
        json.raw("{\"model_id\":")
        json.string(model.name)
        json.raw(",\"model_sha\":\"\(model.contentHash)\",\"model_dtype\":\"int8\"")
        json.raw(",\"model_type\":{\"embedding\":{\"pooling\":\"sum\"}},\"dimension\":\(model.engine.dimension)")
        json.raw(",\"max_concurrent_requests\":\(limits.requests),\"max_input_length\":\(model.rules.bytes)")
        json.raw(",\"max_batch_tokens\":\(limits.bodyBytes),\"max_batch_requests\":null")
        json.raw(",\"max_client_batch_size\":\(limits.texts),\"auto_truncate\":false,\"tokenization_workers\":1")
        if let rows = model.lookupRows { json.raw(",\"lookup_rows\":\(rows)") }
        if let completions {
            json.raw(",\"completions\":{\"words\":\(completions.model.wordCount)")
            json.raw(",\"content_hash\":\"\(completions.model.identity)\"}")
        }
        json.raw(",\"version\":\"\(Engine.version)\",\"sha\":null,\"docker_label\":null}")
        return EmbeddingService.json(json)
    }

    private static func text(_ text: String, _ type: String) -> Response {
        Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A file of the page. It may load nothing from elsewhere, and nothing of it may run but its own script.
    private static func file(_ bytes: [UInt8], _ type: String) -> Response {
        var response = Response(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }
}

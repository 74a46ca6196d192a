import Anneal
import AnnealJSON
import AnnealServiceKit
import AnnealTokens

/// The service described for machines, as OpenAPI has it.
///
/// - Source: https://spec.openapis.org/oas/v3.1.0
enum ServiceDocument {
    /// The committed document with this service's own limits.
    static func text(of model: ServedModel, limits: Limits) -> String {
        // Where there is none, what is allowed besides is what is allowed anyhow.
        let codes = VectorForm.names(of: model).dropFirst(VectorForm.plain.count)
        let forms = (codes.isEmpty ? VectorForm.plain[...] : codes).map(JSONText.quote).joined(separator: ", ")
        var text = String(decoding: PackageResources.openapi_json, as: UTF8.self)
        for (name, value) in [
            ("\"$TEXTS\"", "\(limits.texts)"), ("\"$TOKEN\"", "\(model.tokenizer.pieceCount - 1)"),
            ("\"$DIMENSION\"", "\(model.engine.dimension)"), ("$VERSION", Engine.version),
            ("\"$CODES\"", forms), ("$PAIRS", "\(limits.pairs)"),
        ] {
            text.replace(name, with: value)
        }
        return text
    }
}

import Anneal
import AnnealServiceKit
import AnnealTokens

/// The service described for machines, as OpenAPI has it.
///
/// - Source: https://spec.openapis.org/oas/v3.1.0
enum ServiceDocument {
    /// The committed document with this service's own limits.
    static func text(of model: ServedModel, limits: Limits) -> String {
        var text = String(decoding: PackageResources.openapi_json, as: UTF8.self)
        for (name, value) in [
            ("\"$TEXTS\"", "\(limits.texts)"), ("\"$TOKEN\"", "\(model.tokenizer.pieceCount - 1)"),
            ("\"$DIMENSION\"", "\(model.engine.dimension)"), ("$VERSION", Engine.version),
            ("$PAIRS", "\(limits.pairs)"),
        ] {
            text.replace(name, with: value)
        }
        return text
    }
}

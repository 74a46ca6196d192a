import Anneal
import AnnealModel

/// What vectors must have in common to be compared.
struct ModelIdentity: Equatable {
    let hash: String
    let dimension: Int
    let mode: String

    init(_ engine: Engine, mode: Mode) {
        hash = "\(engine.model.contentHash)"
        dimension = engine.dimension
        self.mode = mode.rawValue
    }

    /// Takes it from an index's settings.
    /// - Throws: ``IndexError/damaged(path:message:)`` for one that is missing or no number.
    init(settings: [String: String], place: String) throws(IndexError) {
        func value(_ name: String) throws(IndexError) -> String {
            guard let found = settings[name] else {
                throw .damaged(path: place, message: "expected the setting \(name), found none")
            }
            return found
        }
        hash = try value("model")
        mode = try value("mode")
        let text = try value("dimension")
        guard let dimension = Int(text), (1...4096).contains(dimension) else {
            throw .damaged(path: place, message: "expected 1 to 4096 dimensions, found \(text)")
        }
        self.dimension = dimension
    }

    var settings: [(String, String)] { [("model", hash), ("dimension", "\(dimension)"), ("mode", mode)] }
}

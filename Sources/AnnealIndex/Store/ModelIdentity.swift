import Anneal
import AnnealModel
import GRDB

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

    init(reading db: Database, path: String) throws {
        func value(_ name: String) throws -> String {
            guard
                let found = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
            else { throw IndexError.damaged(path: path, message: "expected the setting \(name), found none") }
            return found
        }
        hash = try value("model")
        mode = try value("mode")
        let text = try value("dimension")
        guard let dimension = Int(text), (1...4096).contains(dimension) else {
            throw IndexError.damaged(path: path, message: "expected 1 to 4096 dimensions, found \(text)")
        }
        self.dimension = dimension
    }

    var settings: [(String, String)] { [("model", hash), ("dimension", "\(dimension)"), ("mode", mode)] }
}

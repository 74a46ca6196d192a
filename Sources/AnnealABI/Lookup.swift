// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are C's.

import Anneal
import AnnealLookup
import AnnealModel
import AnnealPlatform
public import CAnnealABI

// The function of `anneal.h` for lookup tables; Embedded/compile leaves this file out.

@c @implementation
public func anneal_open_with_lookup(
    _ path: UnsafePointer<CChar>?, _ rules: UnsafePointer<CChar>?, _ lookup: UnsafePointer<CChar>?,
    _ engine: UnsafeMutablePointer<anneal_engine>?, _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    guard let lookup else { return anneal_open(path, rules, engine, error) }
    return CallError.status(error) { () throws(CallError) in
        guard let engine else { throw .argument("expected a place for the engine, found a null pointer") }
        let model: Model
        do throws(EngineError) {
            let file = if let path { String(cString: path) } else { try Engine.defaultModelPath() }
            do throws(ModelError) { model = try Model(path: file) } catch { throw .model(error) }
        } catch {
            throw CallError(error)
        }
        let rows: EngineRows
        do throws(LookupError) { rows = try EngineRows(Path(cString: lookup), for: model) } catch {
            throw CallError(error)
        }
        do throws(EngineError) {
            let opened = try Engine(model: model, rules: rules.map { String(cString: $0) }, lookup: rows)
            engine.pointee = Opened.engines.add(opened)
        } catch {
            throw CallError(error)
        }
    }
}

extension CallError {
    fileprivate init(_ error: LookupError) {
        self.init(error.kind == .unreadable ? ANNEAL_ERROR_MODEL_MISSING : ANNEAL_ERROR_TABLE, "\(error)")
    }
}

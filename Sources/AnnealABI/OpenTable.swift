import Anneal
import AnnealPlatform
import CAnnealABI

/// The engines that callers have open, by number.
///
/// Unchecked sendable: the table is read and written under ``ForkLock`` only.
final class EngineTable: @unchecked Sendable {
    static let shared = EngineTable()

    private var engines: [anneal_engine: Engine] = [:]
    private var last: anneal_engine = 0

    func add(_ engine: Engine) -> anneal_engine {
        ForkLock.locked {
            last += 1
            engines[last] = engine
            return last
        }
    }

    /// - Throws: ``CallError`` with `ANNEAL_ERROR_ENGINE` for a number that is not open.
    func engine(_ number: anneal_engine) throws(CallError) -> Engine {
        guard let engine = ForkLock.locked({ engines[number] }) else { throw EngineTable.unknown(number) }
        return engine
    }

    func remove(_ number: anneal_engine) throws(CallError) {
        // Freed here, outside the lock, or by the last call that still uses it.
        guard let engine = ForkLock.locked({ engines.removeValue(forKey: number) }) else {
            throw EngineTable.unknown(number)
        }
        _ = engine
    }

    private static func unknown(_ number: anneal_engine) -> CallError {
        CallError(ANNEAL_ERROR_ENGINE, "expected an open engine, found \(number), which is not open")
    }
}

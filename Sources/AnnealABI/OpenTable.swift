import Anneal
import AnnealPlatform
import CAnnealABI

/// The number that was given last, of all tables: so a number of one kind is never open as another.
/// Unchecked: it is read and written under ``ForkLock`` only.
private nonisolated(unsafe) var lastNumber: UInt64 = 0

/// What callers have open of one kind, by number.
///
/// Unchecked sendable: the table is read and written under ``ForkLock`` only.
final class OpenTable<Value: Sendable>: @unchecked Sendable {
    private var values: [UInt64: Value] = [:]
    private let noun: String

    init(of noun: String) { self.noun = noun }

    func add(_ value: Value) -> UInt64 {
        ForkLock.locked {
            lastNumber += 1
            values[lastNumber] = value
            return lastNumber
        }
    }

    /// - Throws: ``CallError`` with `ANNEAL_ERROR_ENGINE` for a number that is not open.
    subscript(number: UInt64) -> Value {
        get throws(CallError) {
            guard let value = ForkLock.locked({ values[number] }) else { throw unknown(number) }
            return value
        }
    }

    func remove(_ number: UInt64) throws(CallError) {
        // Freed here, outside the lock, or by the last call that still uses it.
        guard let value = ForkLock.locked({ values.removeValue(forKey: number) }) else { throw unknown(number) }
        _ = value
    }

    private func unknown(_ number: UInt64) -> CallError {
        CallError(ANNEAL_ERROR_ENGINE, "expected an open \(noun), found \(number), which is not open")
    }
}

/// What callers have open.
enum Opened {
    static let engines = OpenTable<Engine>(of: "engine")
}

import Anneal
import AnnealContainer
import AnnealModel
import CAnnealABI

/// Why a call over the C interface failed: a status of `anneal.h` and a sentence.
struct CallError: Error {
    let status: Int32
    let message: String

    init(_ status: Int, _ message: String) {
        self.status = Int32(status)
        self.message = message
    }

    init(_ error: EngineError) {
        let status =
            switch error {
            case .model(.container(.notFound)), .noShippedModel: ANNEAL_ERROR_MODEL_MISSING
            case .model: ANNEAL_ERROR_MODEL
            case .rules: ANNEAL_ERROR_RULES
            case .dimension, .lookup: ANNEAL_ERROR_ARGUMENT
            case .tooLong: ANNEAL_ERROR_TEXT
            case .kernel: ANNEAL_ERROR_KERNEL
            }
        self.init(status, "\(error)")
    }

    static func argument(_ message: String) -> CallError { CallError(ANNEAL_ERROR_ARGUMENT, message) }

    /// Runs a call, writes its failure where the caller wants it, and gives the status.
    static func status(
        _ error: UnsafeMutablePointer<anneal_error>?, _ body: () throws(CallError) -> Void
    ) -> Int32 {
        do throws(CallError) {
            try body()
            return Int32(ANNEAL_OK)
        } catch let failure {
            if let error { failure.write(to: error) }
            return failure.status
        }
    }

    private func write(to error: UnsafeMutablePointer<anneal_error>) {
        error.pointee.status = status
        // In bounds: at most one byte fewer than the field has, and a zero behind them.
        withUnsafeMutableBytes(of: &error.pointee.message) { field in
            var length = 0
            for scalar in message.unicodeScalars {
                let bytes = UTF8.encode(scalar)!
                guard length + bytes.count < field.count else { break }
                for byte in bytes {
                    field[length] = byte
                    length += 1
                }
            }
            field[length] = 0
        }
    }
}

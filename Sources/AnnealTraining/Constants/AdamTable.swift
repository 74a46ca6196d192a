import AnnealFormats
import AnnealPlatform
import CAnnealTraining

/// Rows of numbers with the moments that Adam keeps for them, updated row by row.
///
/// Only rows with a gradient are touched in a step. What the dense method would have done to a row in the steps that it
/// missed (its moments decay, and it moves on by the first) is made up for in one go when the row is next used.
///
/// Sendable although it is mutable: threads touch rows of their own only.
/// - SeeAlso: Kingma and Ba, "Adam", 2015, arXiv:1412.6980.
final class AdamTable: @unchecked Sendable {
    static let beta2 = 0.999
    static let epsilon: Float = 1e-8

    let values: Matrix
    let first: Matrix
    let second: Matrix
    /// The last step in which each row was brought up to date.
    let last: UnsafeMutablePointer<Int32>

    init(_ values: Matrix) {
        self.values = values
        first = Matrix(rows: values.rows, columns: values.columns)
        second = Matrix(rows: values.rows, columns: values.columns)
        last = .allocate(capacity: max(1, values.rows))
        last.initialize(repeating: 0, count: values.rows)
    }

    deinit { last.deallocate() }

    /// Notes that every row is up to date to a step, as after ``settle(to:_:threads:_:)``.
    func restart(at number: Int) { last.update(repeating: Int32(truncatingIfNeeded: number), count: values.rows) }

    /// What a step of Adam needs.
    /// - Parameter number: of the step, from 1.
    static func step(number: Int, rate: Double, beta1: Double) -> anneal_adam {
        anneal_adam(
            rate: Float(rate / (1 - CMath.pow(beta1, Double(number)))), beta1: Float(beta1), beta2: Float(beta2),
            inverse_root: Float(1 / (1 - CMath.pow(beta2, Double(number))).squareRoot()), epsilon: epsilon)
    }

    /// Makes up for the steps after the row's last up to `number`, which had no gradient for it.
    @inline(__always)
    func coast(_ row: Int, to number: Int, _ step: anneal_adam, _ kernel: TrainingKernel) {
        let missed = number - Int(last[row])
        guard missed > 0 else { return }
        last[row] = Int32(truncatingIfNeeded: number)
        // A row that has never had a gradient stays where it is.
        guard missed < number else { return }
        let ratio = Double(step.beta1) / Double(step.beta2).squareRoot()
        let power = CMath.pow(ratio, Double(missed))
        var step = step
        kernel.table.pointee.coast(
            values.row(row), first.row(row), second.row(row), values.columns,
            Float(CMath.pow(Double(step.beta1), Double(missed))), Float(CMath.pow(Double(step.beta2), Double(missed))),
            Float(ratio * (1 - power) / (1 - ratio)), &step)
    }

    /// One step with a gradient.
    /// - Precondition: the row is up to date to the step before.
    @inline(__always)
    func update(
        _ row: Int, _ gradient: UnsafePointer<Float>, number: Int, _ step: anneal_adam, _ kernel: TrainingKernel
    ) {
        last[row] = Int32(truncatingIfNeeded: number)
        var step = step
        kernel.table.pointee.adam(
            values.row(row), gradient, first.row(row), second.row(row), values.columns, &step)
    }

    /// Brings every row up to date, so that the values stand by themselves.
    func settle(to number: Int, _ step: anneal_adam, threads: Int, _ kernel: TrainingKernel) {
        Parallel.forEachChunk(of: values.rows, size: 512, threads: threads) { [self] _, range in
            for row in range { coast(row, to: number, step, kernel) }
        }
    }
}

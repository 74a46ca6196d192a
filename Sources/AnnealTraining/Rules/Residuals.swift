public import AnnealFormats
import AnnealPlatform

/// What a student's vectors lack, text by text: what new constants are mined from.
public struct Residuals: Sendable {
    /// The teacher's unit vector less the student's.
    public let rows: Matrix
    /// One over the length of the student's vector; 0 for a text without one.
    public let weights: [Float]
    /// The squared length of each residual.
    let energies: [Float]

    /// - Parameter student: sums, not of unit length; the matrix is taken over.
    init(student: Matrix, targets: Matrix, threads: Int) {
        precondition(student.rows == targets.rows && student.columns == targets.columns)
        let count = student.rows
        let weights = Matrix(rows: count, columns: 1)
        let energies = Matrix(rows: count, columns: 1)
        let kernel = TrainingKernel.fastest
        Parallel.forEachChunk(of: count, size: 1024, threads: threads) { _, range in
            for text in range {
                let row = student.row(text)
                let norm = dot(row, row, student.columns, kernel).squareRoot()
                let weight = norm > 1e-9 ? 1 / norm : 0
                for index in 0..<student.columns { row[index] = targets.row(text)[index] - weight * row[index] }
                weights.storage[text] = weight
                energies.storage[text] = dot(row, row, student.columns, kernel)
            }
        }
        rows = student
        self.weights = Array(UnsafeBufferPointer(start: weights.storage, count: count))
        self.energies = Array(UnsafeBufferPointer(start: energies.storage, count: count))
    }
}

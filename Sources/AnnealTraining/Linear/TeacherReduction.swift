import AnnealCodes
import AnnealFormats
import AnnealPlatform
import CAnnealTraining

/// Teacher vectors, reduced by uncentred PCA to the dimensions of the model.
///
/// The rows of the basis are the eigenvectors of the second moment Σ t tᵀ with the greatest eigenvalues, so that the
/// first dimensions alone are the best there are of their number (prefixes of a vector can be used by themselves).
struct TeacherReduction: Sendable {
    /// `dimension` rows of `width` numbers, padded to the kernel's lanes.
    let basis: Matrix
    /// Of the squared length of the vectors, the share that is kept.
    let kept: Double

    /// Learns the basis from the training texts.
    /// - Complexity: O(texts · width²).
    init(_ texts: LabelledTexts, dimension: Int, threads: Int) {
        self.init(count: texts.training.count, width: texts.width, dimension: dimension, threads: threads) {
            texts.copyVector(texts.training[$0], into: $1)
        }
    }

    /// Learns the basis from some vectors.
    /// - Parameters:
    ///   - count: texts to learn from.
    ///   - vector: writes the vector of a text, `width` numbers. Called from several threads.
    /// - Complexity: O(count · width²).
    init(
        count: Int, width: Int, dimension: Int, threads: Int,
        vector: @escaping @Sendable (Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        precondition(dimension <= width)
        let moment = Self.secondMoment(width: width, count: count, threads: threads, vector: vector)
        let (values, vectors) = SymmetricEigen.decompose(moment, size: width)
        basis = Matrix(rows: dimension, columns: TrainingKernel.padded(width))
        for row in 0..<dimension {
            for column in 0..<width { basis.row(row)[column] = Float(vectors[row * width + column]) }
        }
        kept = values[..<dimension].reduce(0, +) / values.reduce(0, +)
    }

    /// `Σ t tᵀ` over texts, of vectors made of unit length.
    /// - Complexity: O(count · width²).
    static func secondMoment(
        width: Int, count: Int, threads: Int, vector: @escaping @Sendable (Int, UnsafeMutablePointer<Float>) -> Void
    ) -> [Double] {
        moment(rows: width, width: width, count: count, threads: threads) { text, row, same in
            vector(text, row)
            normalize(row, width)
            same.update(from: row, count: width)
        }
    }

    /// `Σ a bᵀ` over texts: `rows` rows of `width` numbers.
    /// - Parameter pair: writes b and a of a text. Called from several threads.
    /// - Complexity: O(count · rows · width).
    static func moment(
        rows: Int, width: Int, count: Int, threads: Int,
        pair:
            @escaping @Sendable (_ text: Int, _ b: UnsafeMutablePointer<Float>, _ a: UnsafeMutablePointer<Float>) ->
            Void
    ) -> [Double] {
        let padded = TrainingKernel.padded(width)
        // A fixed number of sums, whatever the threads, added in order.
        let pieces = 16
        let block = 128
        let moments = (0..<pieces).map { _ in Matrix(rows: rows, columns: padded) }
        Parallel.forEach(pieces, threads: threads) { _, piece in
            let right = Matrix(rows: block, columns: padded)
            let left = Matrix(rows: 1, columns: rows)
            let turned = Matrix(rows: rows, columns: block)
            for start in stride(from: piece * block, to: count, by: pieces * block) {
                let end = min(count, start + block)
                for index in start..<end {
                    pair(index, right.row(index - start), left.storage)
                    for row in 0..<rows { turned.storage[row * block + index - start] = left.storage[row] }
                }
                for row in 0..<rows {
                    for index in end - start..<block { turned.storage[row * block + index] = 0 }
                }
                TrainingKernel.fastest.table.pointee.multiply_add(
                    turned.storage, rows, block, right.storage, padded, 1, moments[piece].storage)
            }
        }
        var moment = [Double](repeating: 0, count: rows * width)
        for piece in moments {
            for row in 0..<rows {
                for column in 0..<width { moment[row * width + column] += Double(piece.row(row)[column]) }
            }
        }
        return moment
    }

    /// The reduced vectors, of unit length, as rows.
    /// - Complexity: O(count · width · dimension).
    func reduce(
        count: Int, width: Int, threads: Int, vector: @escaping @Sendable (Int, UnsafeMutablePointer<Float>) -> Void
    ) -> Matrix {
        let dimension = basis.rows
        let padded = basis.columns
        let result = Matrix(rows: count, columns: dimension)
        let turned = Matrix(rows: padded, columns: dimension)
        for row in 0..<dimension {
            for column in 0..<padded { turned.row(column)[row] = basis.row(row)[column] }
        }
        Parallel.forEachChunk(of: count, size: 256, threads: threads) { _, range in
            let rows = Matrix(rows: range.count, columns: padded)
            for index in range { vector(index, rows.row(index - range.lowerBound)) }
            TrainingKernel.fastest.table.pointee.multiply_add(
                rows.storage, range.count, padded, turned.storage, dimension, 1, result.row(range.lowerBound))
            for index in range { Self.normalize(result.row(index), dimension) }
        }
        return result
    }

    static func normalize(_ row: UnsafeMutablePointer<Float>, _ count: Int) {
        var squares = 0.0
        for index in 0..<count { squares += Double(row[index]) * Double(row[index]) }
        guard squares > 0 else { return }
        let factor = Float(1 / squares.squareRoot())
        for index in 0..<count { row[index] *= factor }
    }
}

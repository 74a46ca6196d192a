import AnnealCodes
import AnnealContainer
import AnnealFormats
public import AnnealModel
import AnnealPlatform
import AnnealTokens

/// Brings a second teacher into a model that is there, by one matrix that all its constants are multiplied by.
///
/// Sums of constants are linear, so that this does to each text's vector what it does to the constants; gains have codes of
/// their own and stay. With W the least squares from the model's vectors v to the second teacher's, cosines under
/// `H = ((1 − s) 1 + s W Wᵀ)^½` are those of `√(1 − s) v` with `√s Wᵀ v` behind it: the weighted mean of what the model thinks
/// and of what it can know of the second teacher. Then directions in which vectors are long count a little less, by a power
/// of their second moment.
///
///     let second = try SecondTeacher(for: model, stores: [store], threads: 2)
///     try ModelWriter.write(second.parts(of: model, name: "both"), to: "both.anneal")
public struct SecondTeacher {
    /// How much it counts.
    public struct Settings: Sendable, Equatable {
        /// The second teacher's share s of a cosine, from 0 to below 1.
        public var share = 0.5
        /// The power by which long directions are made shorter, from 0 to 1: with 1 all have the same length in the mean.
        public var flattening = 0.25
        /// Draws the least squares to zero as so many texts would.
        public var ridge = 3.0

        public init() {}
    }

    private let settings: Settings
    private let teacher: String
    private let texts: LabelledTexts
    /// `dimension` rows: what each number of a vector becomes.
    private let map: Matrix

    /// Learns the map.
    /// - Parameters:
    ///   - stores: the second teacher's vectors, of any width.
    /// - Throws: ``TrainError`` for settings out of their bounds, for stores of different teachers, and for a model of another
    ///   form than training writes.
    /// - Complexity: O(texts · dimension · width + dimension³).
    public init(for model: Model, stores: [TeacherStore], settings: Settings = Settings(), threads: Int)
        throws(TrainError)
    {
        func require(_ holds: Bool, _ place: String, _ expected: String, _ found: Double) throws(TrainError) {
            if !holds { throw TrainError(place: place, expected: expected, found: "\(found)") }
        }
        try require((0..<1).contains(settings.share), "share", "0 to below 1", settings.share)
        try require((0...1).contains(settings.flattening), "flattening", "0 to 1", settings.flattening)
        try require(settings.ridge > 0 && settings.ridge.isFinite, "ridge", "a number above 0", settings.ridge)
        let texts = try LabelledTexts(stores: stores, heldOut: 0, limit: 0)
        (self.settings, self.texts) = (settings, texts)
        teacher = stores[0].description.teacher
        let corpus = TokenizedCorpus(count: texts.training.count, tokenizer: model.tokenizer, threads: threads) {
            texts.text(texts.training[$0])
        }
        let student = try Origin(model).vectors(of: corpus, context: .embedding, threads: threads)
        let (dimension, width, count) = (student.columns, texts.width, texts.training.count)
        for text in 0..<count { TeacherReduction.normalize(student.row(text), dimension) }
        let centre = Self.mean(of: texts)
        let own = TeacherReduction.secondMoment(width: dimension, count: count, threads: threads) { text, row in
            row.update(from: student.row(text), count: dimension)
        }
        let cross = TeacherReduction.moment(rows: dimension, width: width, count: count, threads: threads) {
            text, row, given in
            texts.copyVector(texts.training[text], into: row)
            TeacherReduction.normalize(row, width)
            for index in 0..<width { row[index] -= centre[index] }
            TeacherReduction.normalize(row, width)
            given.update(from: student.row(text), count: dimension)
        }
        map = Self.map(own: own, cross: cross, dimension: dimension, width: width, settings: settings)
    }

    /// The mean of the texts' vectors, each made of unit length.
    private static func mean(of texts: LabelledTexts) -> [Float] {
        var sum = [Double](repeating: 0, count: texts.width)
        let row = Matrix(rows: 1, columns: TrainingKernel.padded(texts.width))
        for place in texts.training {
            texts.copyVector(place, into: row.storage)
            TeacherReduction.normalize(row.storage, texts.width)
            for index in sum.indices { sum[index] += Double(row.storage[index]) }
        }
        return sum.map { Float($0 / Double(max(1, texts.training.count))) }
    }

    /// - Parameters:
    ///   - own: `Σ v vᵀ`.
    ///   - cross: `Σ v eᵀ`, of `width` columns.
    private static func map(
        own: [Double], cross: [Double], dimension: Int, width: Int, settings: Settings
    ) -> Matrix {
        var ridged = own
        for index in 0..<dimension { ridged[index * dimension + index] += settings.ridge }
        let inverse = power(ridged, -1, dimension)
        // W = (Σ v vᵀ + ridge)⁻¹ Σ v eᵀ.
        let weights = product(inverse, cross, rows: dimension, inner: dimension, columns: width)
        var cosines = [Double](repeating: 0, count: dimension * dimension)
        for row in 0..<dimension {
            for column in 0..<dimension {
                var sum = 0.0
                for index in 0..<width { sum += weights[row * width + index] * weights[column * width + index] }
                cosines[row * dimension + column] = settings.share * sum + (row == column ? 1 - settings.share : 0)
            }
        }
        func times(_ a: [Double], _ b: [Double]) -> [Double] {
            product(a, b, rows: dimension, inner: dimension, columns: dimension)
        }
        let joined = power(cosines, 0.5, dimension)
        let moment = times(times(joined, own), joined)
        let map = times(power(moment, -settings.flattening / 2, dimension), joined)
        // Vectors keep their mean squared length.
        let after = times(map, own)
        var (before, now) = (0.0, 0.0)
        for row in 0..<dimension {
            before += own[row * dimension + row]
            for column in 0..<dimension { now += after[row * dimension + column] * map[row * dimension + column] }
        }
        let factor = now > 0 ? (before / now).squareRoot() : 1
        return Matrix(rows: dimension, columns: dimension, values: map.map { Float(factor * $0) })
    }

    /// A power of a symmetric matrix. Directions of next to no length count as ones of a billionth of the greatest.
    private static func power(_ matrix: [Double], _ exponent: Double, _ size: Int) -> [Double] {
        let (values, vectors) = SymmetricEigen.decompose(matrix, size: size)
        let least = max(values.first ?? 0, 1e-12) * 1e-9
        var scaled = [Double](repeating: 0, count: size * size)
        for number in 0..<size {
            let factor = CMath.exp(exponent * CMath.log(max(values[number], least)))
            for index in 0..<size { scaled[index * size + number] = factor * vectors[number * size + index] }
        }
        return product(scaled, vectors, rows: size, inner: size, columns: size)
    }

    private static func product(
        _ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int
    ) -> [Double] {
        var result = [Double](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for index in 0..<inner {
                let factor = a[row * inner + index]
                for column in 0..<columns { result[row * columns + column] += factor * b[index * columns + column] }
            }
        }
        return result
    }

    /// The model with its constants multiplied, of the same rules, gains, critic and metadata; these say what was done.
    /// - Throws: ``TrainError`` for a model of another form or size than the map is for.
    /// - Complexity: O(rows · dimension²).
    public func parts(of model: Model, name: String? = nil, threads: Int) throws(TrainError) -> ModelParts {
        let origin = try Origin(model)
        let constants = origin.constants
        guard constants.dimension == map.rows else {
            throw TrainError(
                place: "the model", expected: "\(map.rows) dimensions", found: "\(constants.dimension)")
        }
        multiply(constants.tokens, threads)
        multiply(constants.phrases, threads)
        var metadata = model.metadata
        if let name { metadata["name"] = name }
        metadata["second-teacher"] =
            "\(teacher) texts=\(texts.training.count) sha256=\(texts.digest) share=\(settings.share) "
            + "flattening=\(settings.flattening) ridge=\(settings.ridge) of=\(model.contentHash)"
        let before = model.parts
        var parts = ModelExport(
            constants: constants, rules: RuleSet(rules: origin.rules.rules, constants: constants.phrases),
            tokenizer: model.tokenizer, tokenizerBytes: before.tokenizer
        ).parts(metadata: metadata, critic: origin.critic)
        parts.storesIndexes = before.storesIndexes
        return parts
    }

    /// Multiplies the first numbers of each row by the map.
    private func multiply(_ matrix: Matrix, _ threads: Int) {
        let map = map
        Parallel.forEachChunk(of: matrix.rows, size: 256, threads: threads) { _, range in
            let row = Matrix(rows: 1, columns: map.columns)
            for number in range {
                row.storage.update(from: matrix.row(number), count: map.columns)
                for index in 0..<map.rows {
                    matrix.row(number)[index] = dot(map.row(index), row.storage, map.columns, .fastest)
                }
            }
        }
    }
}

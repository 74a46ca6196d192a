import AnnealFormats
import AnnealPlatform
import AnnealTraining

extension EvolutionTexts {
    /// Reads texts from arrays in a folder: `NAME.ids.npy` (uint32), `NAME.offsets.npy` (int64), `NAME.residuals.npy` and
    /// `NAME.weights.npy` (float32), and `NAME.gains.npy` if `usesGains`.
    /// - Throws: ``FormatError`` if a file is malformed or does not fit the others.
    public init(folder: String, name: String, usesGains: Bool = true) throws {
        func path(_ part: String) -> Path { Path(argument: folder).appending("\(name).\(part).npy") }
        let ids = try NumpyArray(path("ids")).values(.uint32, as: UInt32.self)
        let offsets = try NumpyArray(path("offsets")).values(.int64, as: Int.self)
        let residuals = try NumpyArray(path("residuals")).matrix()
        let weights = try NumpyArray(path("weights")).values(.float32, as: Float.self)
        let gains = usesGains ? try NumpyArray(path("gains")).values(.float32, as: Float.self) : nil
        guard offsets.first == 0, offsets.last == ids.count, zip(offsets, offsets.dropFirst()).allSatisfy(<=) else {
            throw FormatError(
                path("offsets"), expected: "ascending offsets from 0 to \(ids.count)",
                found: "\(offsets.first ?? -1) to \(offsets.last ?? -1)")
        }
        let count = offsets.count - 1
        guard residuals.rows == count, weights.count == count else {
            throw FormatError(
                path("residuals"), expected: "\(count) rows and weights",
                found: "\(residuals.rows) and \(weights.count)")
        }
        if let gains, gains.count != ids.count {
            throw FormatError(path("gains"), expected: "\(ids.count) gains", found: "\(gains.count)")
        }
        if let gains, !gains.allSatisfy(\.isFinite) {
            throw FormatError(path("gains"), expected: "finite numbers", found: "others")
        }
        let isFinite = (0..<count * residuals.columns).allSatisfy { residuals.storage[$0].isFinite }
        guard isFinite else {
            throw FormatError(path("residuals"), expected: "finite numbers", found: "others")
        }
        guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw FormatError(path("weights"), expected: "finite numbers of at least zero", found: "others")
        }
        self.init(
            corpus: TokenizedCorpus(ids: ids, offsets: offsets), residuals: residuals, weights: weights, gains: gains)
    }
}

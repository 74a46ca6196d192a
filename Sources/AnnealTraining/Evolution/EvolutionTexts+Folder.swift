extension EvolutionTexts {
    /// Reads texts from arrays in a folder: `NAME.ids.npy` (uint32), `NAME.offsets.npy` (int64), `NAME.residuals.npy` and
    /// `NAME.weights.npy` (float32), and `NAME.gains.npy` if `usesGains`.
    /// - Throws: ``ArrayFile/Fault`` if a file is malformed or does not fit the others.
    public init(folder: String, name: String, usesGains: Bool = true) throws {
        let base = folder + "/" + name
        let ids = try ArrayFile.read(base + ".ids.npy", type: "<u4", as: UInt32.self).values
        let offsets = try ArrayFile.read(base + ".offsets.npy", type: "<i8", as: Int.self).values
        let residuals = try ArrayFile.matrix(base + ".residuals.npy")
        let weights = try ArrayFile.read(base + ".weights.npy", type: "<f4", as: Float.self).values
        let gains = usesGains ? try ArrayFile.read(base + ".gains.npy", type: "<f4", as: Float.self).values : nil
        guard offsets.first == 0, offsets.last == ids.count, zip(offsets, offsets.dropFirst()).allSatisfy(<=) else {
            throw ArrayFile.Fault(
                path: base + ".offsets.npy", expected: "ascending offsets from 0 to \(ids.count)",
                found: "\(offsets.first ?? -1) to \(offsets.last ?? -1)")
        }
        let count = offsets.count - 1
        guard residuals.rows == count, weights.count == count else {
            throw ArrayFile.Fault(
                path: base + ".residuals.npy", expected: "\(count) rows and weights",
                found: "\(residuals.rows) and \(weights.count)")
        }
        if let gains, gains.count != ids.count {
            throw ArrayFile.Fault(
                path: base + ".gains.npy", expected: "\(ids.count) gains", found: "\(gains.count)")
        }
        if let gains, !gains.allSatisfy(\.isFinite) {
            throw ArrayFile.Fault(path: base + ".gains.npy", expected: "finite numbers", found: "others")
        }
        let isFinite = (0..<count * residuals.columns).allSatisfy { residuals.storage[$0].isFinite }
        guard isFinite else {
            throw ArrayFile.Fault(path: base + ".residuals.npy", expected: "finite numbers", found: "others")
        }
        guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw ArrayFile.Fault(
                path: base + ".weights.npy", expected: "finite numbers of at least zero", found: "others")
        }
        self.init(
            corpus: TokenizedCorpus(ids: ids, offsets: offsets), residuals: residuals, weights: weights, gains: gains)
    }
}

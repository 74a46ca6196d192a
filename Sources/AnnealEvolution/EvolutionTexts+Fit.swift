import AnnealFormats
import AnnealTraining

extension EvolutionTexts {
    /// Checks that there are texts, and that these, the held-out ones and the tokens' vectors fit each other: what reads
    /// them takes it for granted.
    /// - Complexity: O(tokens of the texts).
    /// - Throws: ``TrainError``.
    func check(with heldOut: EvolutionTexts, tokens: TokenKnowledge) throws(TrainError) {
        guard corpus.count > 0 else { throw TrainError(place: "train", expected: "texts", found: "none") }
        for (name, texts) in [("train", self), ("held", heldOut)] {
            if let token = texts.corpus.ids.first(where: { $0 >= tokens.count }) {
                throw TrainError(place: "\(name).ids", expected: "tokens below \(tokens.count)", found: "\(token)")
            }
        }
        let columns = residuals.columns
        guard heldOut.residuals.columns == columns else {
            throw TrainError(
                place: "held.residuals", expected: "\(columns) columns as in train.residuals",
                found: "\(heldOut.residuals.columns)")
        }
        guard let vectors = tokens.vectors else { return }
        guard vectors.columns == columns else {
            throw TrainError(
                place: "tokens.vectors", expected: "\(columns) columns as in train.residuals",
                found: "\(vectors.columns)")
        }
        guard (0..<vectors.rows * columns).allSatisfy({ vectors.storage[$0].isFinite }) else {
            throw TrainError(place: "tokens.vectors", expected: "finite numbers", found: "others")
        }
    }
}

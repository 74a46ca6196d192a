import AnnealFormats
import AnnealTraining

extension EvolutionTexts {
    /// The identity of texts and held-out texts: SHA-256 over their tokens, weights and residuals.
    /// - Complexity: O(bytes), about 200 MB/s.
    func digest(with heldOut: EvolutionTexts) -> String {
        Digest.hex(Array((digest + heldOut.digest).utf8))
    }

    private var digest: String {
        let parts = [
            corpus.ids.withUnsafeBytes { Digest.hex($0) },
            corpus.offsets.withUnsafeBytes { Digest.hex($0) },
            weights.withUnsafeBytes { Digest.hex($0) },
            (gains ?? []).withUnsafeBytes { Digest.hex($0) },
            Digest.hex(
                UnsafeRawBufferPointer(
                    UnsafeBufferPointer(start: residuals.storage, count: residuals.rows * residuals.columns))),
        ]
        return parts.joined()
    }
}

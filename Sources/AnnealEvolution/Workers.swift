import AnnealPlatform

/// Meters on a number of threads; results come in the order of the input, whatever the number.
final class Workers: @unchecked Sendable {
    private let count: Int
    private let texts: EvolvingTexts
    private let settings: EvolutionSettings

    init(_ texts: EvolvingTexts, _ settings: EvolutionSettings) {
        self.texts = texts
        self.settings = settings
        count = settings.threads
    }

    /// Calls the body with each index in `0 ..< total` and a meter; indices are handed out in shares.
    func forEach(_ total: Int, share: Int = 16, _ body: @escaping @Sendable (Int, inout FitnessMeter) -> Void) {
        guard total > 0 else { return }
        let shares = (total + share - 1) / share
        let workers = min(count, shares)
        Parallel.forEach(workers, threads: workers) { [self] _, worker in
            var meter = FitnessMeter(texts, shrink: settings.shrink, noise: settings.noise)
            for taken in stride(from: worker, to: shares, by: workers) {
                for index in taken * share..<min((taken + 1) * share, total) { body(index, &meter) }
            }
        }
    }

    /// Maps indices with a meter.
    func map<Value: Sendable>(
        _ total: Int, share: Int = 16, initial: Value, _ body: @escaping @Sendable (Int, inout FitnessMeter) -> Value
    ) -> [Value] {
        var values = [Value](repeating: initial, count: total)
        values.withUnsafeMutableBufferPointer { buffer in
            // In bounds and without races: each index is written by the one worker that took its share.
            nonisolated(unsafe) let base = buffer
            forEach(total, share: share) { index, meter in base[index] = body(index, &meter) }
        }
        return values
    }
}

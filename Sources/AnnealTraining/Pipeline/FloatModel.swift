import AnnealFormats
public import AnnealModel
import AnnealTokens

/// A model as training left it, before its constants became integers: to measure what that costs.
///
/// Texts are tokenised and rewritten as the engine does in compiled mode; the sums are those of ``ForwardPass``.
public struct FloatModel {
    public let dimension: Int
    private let state: TrainingState
    private let tokenizer: Tokenizer
    private let threads: Int

    /// - Parameters:
    ///   - checkpoint: what `train --keep-checkpoint` left of the last epoch.
    ///   - model: the model that the same run wrote: its tokenizer and shape.
    /// - Throws: ``TrainError`` if the checkpoint is damaged or of another shape.
    public init(checkpoint: String, model: Model, threads: Int) throws(TrainError) {
        dimension = model.shape.dimension
        tokenizer = model.tokenizer
        self.threads = threads
        let constants = TrainedConstants(
            dimension: dimension, frequency: [Double](repeating: 0, count: tokenizer.pieceCount),
            hasGains: model.codes != nil, seed: 0)
        state = TrainingState(constants: constants)
        try Checkpoint.read(
            checkpoint, into: state, fingerprint: nil, limits: (tokenizer.pieceCount, dimension))
    }

    /// The vectors of texts, row behind row, not of unit length.
    /// - Complexity: O(bytes + tokens · dimension).
    public func vectors(of texts: [[UInt8]]) throws(TrainError) -> [Float] {
        // A text of more tokens than a window has is the sum of its windows, here as there.
        var ids: [UInt32] = []
        var offsets = [0]
        var textOfWindow: [Int] = []
        var origin: [Int] = []
        var encoder = TokenEncoder(tokenizer)
        var window = [UInt32](repeating: 0, count: TokenizedCorpus.tokenLimit)
        for (index, text) in texts.enumerated() {
            text.withUnsafeBufferPointer { utf8 in
                encoder.begin(utf8)
                window.withUnsafeMutableBufferPointer { window in
                    var place = 0
                    while true {
                        let count = encoder.nextKnown(into: window, starts: nil, ends: nil)
                        if count == 0 { break }
                        origin.append(place)
                        place += count
                        ids += window[..<count]
                        offsets.append(ids.count)
                        textOfWindow.append(index)
                    }
                }
            }
        }
        let corpus = TokenizedCorpus(ids: ids, offsets: offsets)
        let rewritten = try RuleFirings.rewrite(
            corpus, rules: state.rules, tokenCount: tokenizer.pieceCount, threads: threads)
        let windows = ForwardPass(constants: state.constants, kernel: .fastest)
            .vectors(of: rewritten, origin: origin, threads: threads)
        var rows = [Float](repeating: 0, count: texts.count * dimension)
        for (number, text) in textOfWindow.enumerated() {
            for index in 0..<dimension { rows[text * dimension + index] += windows.row(number)[index] }
        }
        return rows
    }
}

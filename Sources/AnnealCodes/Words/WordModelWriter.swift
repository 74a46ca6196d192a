import AnnealContainer

/// What a word model is made of.
public struct WordModelParts: Sendable {
    /// Words sorted by their bytes, each once, of 1 to ``WordModel/wordBytesLimit`` bytes.
    public var words: [[UInt8]] = []
    /// How frequent each word is, in any unit, and how frequent words are that have to be spelled.
    public var frequencies: [Double] = []
    /// How frequent texts of 0, 1, … words are, in any unit.
    public var lengths: [Double] = []
    /// Lines `key = value`.
    public var metadata = ""

    public init() {}

    /// The bytes of a model file.
    /// - Throws: ``WordModelError`` for parts that no model can have: what is written is read first.
    /// - Precondition: as many frequencies as words and one more.
    public func file() throws(WordModelError) -> [UInt8] {
        precondition(frequencies.count == words.count + 1)
        var text: [UInt8] = []
        for word in words {
            text.append(UInt8(clamping: word.count))
            text.append(contentsOf: word)
        }
        // The greatest near the greatest there is.
        let unit = Double(SmallFrequency.greatest.value) / max(frequencies.max() ?? 1, .leastNormalMagnitude)
        let file: [UInt8]
        do throws(ContainerError) {
            file = try ContainerWriter.layOut(
                [
                    (WordModel.Tag.metadata, Array(metadata.utf8)), (WordModel.Tag.words, text),
                    (WordModel.Tag.frequencies, frequencies.map { SmallFrequency(nearest: $0 * unit).stored }),
                    (WordModel.Tag.lengths, lengthShares),
                ], as: WordModel.kind)
        } catch {
            throw .container(error)
        }
        _ = try WordModel(bytes: file)
        return file
    }

    /// Parts of a whole of 2^16, each at least 1.
    private var lengthShares: [UInt8] {
        let sum = max(lengths.reduce(0, +), .leastNormalMagnitude)
        return littleEndian(lengths.map { UInt16(max(1, min(65_535, ($0 / sum * 65_535).rounded()))) })
    }
}

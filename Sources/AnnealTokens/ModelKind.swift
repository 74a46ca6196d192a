/// How a model cuts text into pieces. Raw values are those of the model file.
public enum ModelKind: UInt8, Sendable {
    /// The segmentation with the highest sum of piece scores.
    case unigram = 1
    /// Merges of neighbours, best score first, leftmost first among equals.
    case bytePair = 2
}

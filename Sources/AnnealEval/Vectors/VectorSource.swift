/// Turns texts into vectors: an engine in one of its modes, or whatever else is measured beside it.
public protocol VectorSource {
    /// What heads the column of its scores.
    var name: String { get }
    /// Numbers of a vector.
    var dimension: Int { get }

    /// The vectors of texts: a row of ``dimension`` numbers a text, of unit length or zero, one behind the other.
    func vectors(of texts: [String]) throws -> [Float]
}

/// What gives vectors for texts.
public protocol Teacher {
    /// The name and the settings to note in the store.
    var description: TeacherDescription { get }
    /// The most texts of one call.
    var batchLimit: Int { get }

    /// The vectors of some texts, row after row.
    /// - Parameter texts: the texts, and the number that each has in the corpus.
    /// - Throws: if the answer is not a vector of the right width for each text.
    mutating func vectors(of texts: [(number: Int, text: String)]) async throws -> [Float]
}

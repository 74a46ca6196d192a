import Anneal

/// Row i of the matrix is the vector of text i; nothing is copied on the way.
func matrix(of texts: [String], by engine: Engine) throws(EngineError) -> [Float] {
    var matrix = [Float](repeating: 0, count: texts.count * engine.dimension)
    var rows = matrix.mutableSpan
    try engine.embed(texts, threads: 2, into: &rows)
    return matrix
}

let texts = ["turn the light off", "switch off the lamp", ""]
let vectors = try matrix(of: texts, by: Engine())
// snippet.hide
let rows = try Engine().embed(texts)
precondition(vectors == rows.flatMap { $0 })
precondition(rows[2].allSatisfy { $0 == 0 })

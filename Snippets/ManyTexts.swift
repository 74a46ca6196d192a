import Anneal

let engine = try Engine()
let texts = ["turn the light off", "switch off the lamp", ""]

// Row i of the matrix is the vector of text i; nothing is copied on the way.
var matrix = [Float](repeating: 0, count: texts.count * engine.dimension)
try matrix.withUnsafeMutableBufferPointer { rows in
    try engine.embed(texts, threads: 2, into: rows)
}
// snippet.hide
let rows = try engine.embed(texts)
precondition(matrix == rows.flatMap { $0 })
precondition(rows[2].allSatisfy { $0 == 0 })

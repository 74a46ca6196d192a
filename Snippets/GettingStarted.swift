import Anneal

let engine = try Engine()                                  // the shipped model
let vector = try engine.embed("no neural network runs")    // [Float], unit length
let many = try engine.embed(["one text", "another"], threads: 2)
let cosine = try engine.compare("one text", "another").cosine
// snippet.hide
precondition(vector.count == engine.dimension && many.count == 2)
precondition(abs(zip(many[0], many[1]).reduce(0) { $0 + Double($1.0 * $1.1) } - cosine) < 1e-5)

import Anneal

/// Embeds texts one after the other, each into the same memory.
func printFirstNumbers(of texts: [String], by engine: Engine) throws(EngineError) {
    var session = try engine.makeSession(mode: .compiled, dimension: 64)
    var vector = [Float](repeating: 0, count: session.dimension)
    var row = vector.mutableSpan
    for text in texts {
        let hasContent = session.embed(text, into: &row)
        print(hasContent ? "the first number is \(row[0])" : "nothing to embed: the vector is zero")
        // snippet.hide
        precondition(hasContent == !text.isEmpty)
        // snippet.show
    }
}

try printFirstNumbers(of: ["turn the light off", ""], by: Engine())

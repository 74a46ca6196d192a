import Anneal

let engine = try Engine()
var session = try engine.makeSession(mode: .compiled, dimension: 64)
let row = UnsafeMutablePointer<Float>.allocate(capacity: session.dimension)
defer { row.deallocate() }

for text in ["turn the light off", ""] {
    var text = text
    let hasContent = text.withUTF8 { session.embed($0, into: row) }
    print(hasContent ? "the first number is \(row[0])" : "nothing to embed: the vector is zero")
    // snippet.hide
    precondition(hasContent == !text.isEmpty)
    // snippet.show
}

import Anneal

let engine = try Engine()
let comparison = try engine.compare("turn the light off", "switch off the lamp")

print("cosine \(comparison.cosine)")
for pair in comparison.pairs.prefix(5) {
    let left = comparison.left.final[pair.left]
    let right = comparison.right.final[pair.right]
    print("\(left.piece) and \(right.piece) make \(pair.part) of it")
}
// snippet.hide
precondition(abs(comparison.pairs.reduce(0) { $0 + $1.part } - comparison.cosine) < 1e-9)

import Anneal

let engine = try Engine()
let explanation = try engine.explain("turn the light off")

for token in explanation.tokens {
    print("bytes \(token.start)..<\(token.end) are \(token.piece)")
}
for step in explanation.steps {
    print("\(step.number). \(step.rule), score \(step.score)")
}
for item in explanation.final {
    print("\(item.text): \(item.share) of the vector")
}
print(explanation.stopReason)
// snippet.hide
precondition(abs(explanation.final.reduce(0) { $0 + $1.share } - 1) < 1e-9)
precondition(explanation.tokens.last?.end == 18 && "\(explanation.stopReason)" == "no bids left")

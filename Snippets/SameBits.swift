import Anneal

let engine = try Engine()
let texts = (1...300).map { "text number \($0) of a batch" }

let one = try engine.embed(texts, threads: 1)
let many = try engine.embed(texts, threads: 4)
let alone = try engine.embed(texts[17])
print(one == many, alone == one[17])    // true true: not close, equal
// snippet.hide
precondition(one == many && alone == one[17])

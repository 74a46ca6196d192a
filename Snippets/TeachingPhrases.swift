import Anneal

let path = try Engine.defaultModelPath()
let taught = try Engine(path: path, rules: "k8s = kubernetes")

let before = try Engine(path: path).compare("k8s cluster", "kubernetes cluster").cosine
let after = try taught.compare("k8s cluster", "kubernetes cluster").cosine
print("from \(before) to \(after)")
// snippet.hide
precondition(after > before + 0.1)

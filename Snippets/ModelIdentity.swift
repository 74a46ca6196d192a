import Anneal
import AnnealModel

let engine = try Engine()
let model = engine.model

print("content hash \(model.contentHash)")
for entry in model.metadata.entries {
    print("\(entry.key) = \(entry.value)")
}
try model.verify()    // reads the whole file and compares it with the hash
// snippet.hide
precondition(model.contentHash.description.count == 64 && !model.metadata.entries.isEmpty)

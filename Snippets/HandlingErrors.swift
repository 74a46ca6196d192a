import Anneal

do throws(EngineError) {
    _ = try Engine(path: try Engine.defaultModelPath(), rules: "k8s =")
} catch {
    switch error {
    case .rules(let reason): print("the rules: \(reason)")    // line, column, expected, found
    case .model(let reason): print("the model: \(reason)")
    default: print("\(error)")
    }
    // snippet.hide
    guard case .rules(.text) = error else { preconditionFailure("\(error)") }
    // snippet.show
}

import AnnealModel
extension Model { func ruleText(_ id: Int) -> String { "rule \(id)" } }

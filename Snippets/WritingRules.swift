import Anneal

let rules = """
    # "turn … off" stands together, so that what is known of "turn off" applies
    "▁turn" ~2..4 "▁off" => gather $1 $2 !500
    """
let engine = try Engine(path: try Engine.defaultModelPath(), rules: rules)
let explanation = try engine.explain("turn the light off")
print(explanation.final.map(\.piece))
// snippet.hide
precondition(explanation.final.map(\.piece) == ["▁turn", "▁off", "▁the", "▁light"])

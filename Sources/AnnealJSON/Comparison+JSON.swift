public import Anneal

extension Comparison {
    /// One object: the mode, the cosine, all pairs, and both texts with their programs.
    public func write(to json: inout JSONText, left leftText: String, right rightText: String, mode: Mode) {
        json.object { json in
            json.value("mode", mode.rawValue)
            json.value("cosine", cosine)
            json.array("pairs") { json in
                for pair in ranked {
                    json.object { json in
                        json.value("left", pair.left)
                        json.value("right", pair.right)
                        json.value("part", pair.part)
                    }
                }
            }
            json.object("left") { json in
                json.value("text", leftText)
                left.writeContent(to: &json)
            }
            json.object("right") { json in
                json.value("text", rightText)
                right.writeContent(to: &json)
            }
        }
    }

    /// All pairs, the ones that bring the texts nearest first; equal parts in the order of the programs.
    public var ranked: [ComparedPair] {
        pairs.sorted { a, b in
            a.part != b.part ? a.part > b.part : (a.left, a.right) < (b.left, b.right)
        }
    }
}

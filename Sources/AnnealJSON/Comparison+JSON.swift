public import Anneal

extension Comparison {
    /// One object: the mode, the cosine, the pairs, and both texts with their programs.
    /// - Parameters:
    ///   - pairLimit: the most pairs that are written, those with the largest parts of either sign; `pair_count` then says
    ///     how many there are. nil writes all.
    ///   - stepLimit: as in ``Explanation/write(to:text:mode:stepLimit:)``.
    public func write(
        to json: inout JSONText, left leftText: String, right rightText: String, mode: Mode, pairLimit: Int? = nil,
        stepLimit: Int? = nil
    ) {
        json.object { json in
            json.value("mode", mode.rawValue)
            json.value("cosine", cosine)
            if pairLimit != nil { json.value("pair_count", pairs.count) }
            json.array("pairs") { json in
                for pair in pairLimit.map(ranked(most:)) ?? ranked {
                    json.object { json in
                        json.value("left", pair.left)
                        json.value("right", pair.right)
                        json.value("part", pair.part)
                    }
                }
            }
            json.object("left") { json in
                json.value("text", leftText)
                left.writeContent(to: &json, stepLimit: stepLimit)
            }
            json.object("right") { json in
                json.value("text", rightText)
                right.writeContent(to: &json, stepLimit: stepLimit)
            }
        }
    }

    /// All pairs, the ones that bring the texts nearest first; equal parts in the order of the programs.
    public var ranked: [ComparedPair] { Self.ranked(pairs) }

    /// The pairs whose parts are largest, of either sign, in the order of ``ranked``.
    public func ranked(most count: Int) -> [ComparedPair] {
        guard pairs.count > count else { return ranked }
        let largest = pairs.sorted { a, b in
            let (left, right) = (abs(a.part), abs(b.part))
            return left != right ? left > right : (a.left, a.right) < (b.left, b.right)
        }
        return Self.ranked(Array(largest.prefix(count)))
    }

    private static func ranked(_ pairs: [ComparedPair]) -> [ComparedPair] {
        pairs.sorted { a, b in
            a.part != b.part ? a.part > b.part : (a.left, a.right) < (b.left, b.right)
        }
    }
}

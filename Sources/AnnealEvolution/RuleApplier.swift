import AnnealFormats
import AnnealProgram

/// Fires a rule at all its sites: rewrites the items and takes what the constant explains off the residuals.
struct RuleApplier {
    private let texts: EvolvingTexts
    private var matcher: SiteMatcher

    init(_ texts: EvolvingTexts) {
        self.texts = texts
        matcher = SiteMatcher(texts)
    }

    /// Applies a rule; the number of sites at which it fired.
    ///
    /// Sites are taken in ascending order and each is matched again before the rule fires there, since a firing may end
    /// the next one's match.
    /// - Parameter constant: of the rule, or for a gather of the phrase rule that it enables.
    /// - Complexity: O(candidates of the pattern + sites · dimension).
    @discardableResult
    mutating func apply(_ genome: Genome, constant: [Float]) -> Int {
        matcher.find(genome, in: 0..<texts.count)
        let sites = matcher.sites
        let dimension = texts.dimension
        var fired = 0
        var index = 0
        while index < sites.count {
            let text = Int(texts.textOf[Int(sites[index])])
            let row = texts.residuals.row(text)
            let weight = texts.weights[text]
            var coefficient: Float = 0
            while index < sites.count, Int(texts.textOf[Int(sites[index])]) == text {
                let site = Int(sites[index])
                index += 1
                guard let places = matcher.places(genome, target: site) else { continue }
                fired += 1
                switch genome.action {
                case .attach:
                    texts.opcodes[site] = Opcode.phrase.rawValue
                    coefficient += 1
                case .shift:
                    texts.opcodes[site] = Opcode.shift.rawValue
                    coefficient += texts.gains[site]
                case .absorb:
                    for atom in 0..<genome.count {
                        let place = Int(places[atom])
                        if let vectors = texts.tokens.vectors {
                            RowLoops.add(
                                vectors.row(Int(texts.ids[place])), times: weight * texts.gains[place], to: row,
                                dimension)
                        }
                        texts.opcodes[place] = (place == site ? Opcode.replace : .skip).rawValue
                    }
                    coefficient += 1
                case .gather:
                    move(site, behind: Int(places[0]))
                    coefficient += 1
                }
            }
            guard coefficient != 0 else { continue }
            constant.withUnsafeBufferPointer {
                RowLoops.add($0.baseAddress!, times: -weight * coefficient, to: row, dimension)
            }
            texts.energies[text] = RowLoops.dot(row, row, dimension)
        }
        return fired
    }

    /// Moves an item left, to the place behind another, as a phrase; those between move right.
    private func move(_ site: Int, behind first: Int) {
        let id = texts.ids[site]
        let gain = texts.gains[site]
        for place in stride(from: site, to: first + 1, by: -1) {
            texts.ids[place] = texts.ids[place - 1]
            texts.gains[place] = texts.gains[place - 1]
            texts.opcodes[place] = texts.opcodes[place - 1]
        }
        texts.ids[first + 1] = id
        texts.gains[first + 1] = gain
        texts.opcodes[first + 1] = Opcode.phrase.rawValue
    }
}

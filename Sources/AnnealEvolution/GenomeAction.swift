/// What the rule of a genome does where its pattern matches.
public enum GenomeAction: UInt8, Sendable, CaseIterable, Codable {
    /// The item of one atom becomes a phrase: a constant is added beside its token.
    case attach = 0
    /// The item of one atom shifts its sense: a constant is added to its token, under the token's gain.
    case shift = 1
    /// A constant stands in the place of all matched items: one is replaced, the others are skipped.
    case absorb = 2
    /// The second item moves beside the first, so that the phrase rule of the two as neighbours can fire. Needs no
    /// constant of its own.
    case gather = 3

    /// Whether the rule needs a constant row of its own.
    public var needsRow: Bool { self != .gather }
}

extension GenomeAction {
    /// The name in commands and reports.
    public var name: String { "\(self)" }

    public init?(named name: String) {
        guard let action = GenomeAction.allCases.first(where: { $0.name == name }) else { return nil }
        self = action
    }
}

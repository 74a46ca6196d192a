import AnnealFormats
import AnnealTraining
import Testing

@testable import AnnealEvolution

/// Arrays that do not fit each other are refused before anything reads them.
@Suite struct EvolutionInputTests {
    private static let corpus = TokenizedCorpus(ids: [0, 1, 2], offsets: [0, 2, 3])

    private static func texts(columns: Int = 32, corpus: TokenizedCorpus = corpus) -> EvolutionTexts {
        EvolutionTexts(
            corpus: corpus, residuals: Matrix(rows: corpus.count, columns: columns),
            weights: [Float](repeating: 1, count: corpus.count))
    }

    private static func tokens(columns: Int = 32, value: Float = 0) -> TokenKnowledge {
        let vectors = Matrix(rows: 3, columns: columns)
        vectors.storage[5] = value
        return TokenKnowledge(count: 3, vectors: vectors)
    }

    @Test func partsThatFitAreTaken() throws {
        try Self.texts().check(with: Self.texts(), tokens: Self.tokens())
        try Self.texts().check(with: Self.texts(), tokens: TokenKnowledge(count: 3))
    }

    @Test(
        arguments: [
            (texts(corpus: TokenizedCorpus(ids: [], offsets: [0])), texts(), tokens(), "texts"),
            (texts(), texts(columns: 64), tokens(), "held.residuals"),
            (texts(), texts(), tokens(columns: 64), "tokens.vectors"),
            (texts(), texts(), tokens(value: .nan), "finite"),
            (texts(corpus: TokenizedCorpus(ids: [3], offsets: [0, 1])), texts(), tokens(), "tokens below 3, found 3"),
            (texts(), texts(corpus: TokenizedCorpus(ids: [9], offsets: [0, 1])), tokens(), "held.ids"),
        ] as [(EvolutionTexts, EvolutionTexts, TokenKnowledge, String)])
    func partsThatDoNotFitAreRefused(
        _ texts: EvolutionTexts, _ heldOut: EvolutionTexts, _ tokens: TokenKnowledge, _ words: String
    ) throws {
        var settings = EvolutionSettings()
        settings.generations = 1
        let lineage = try LineageStore(path: nil)
        let error = #expect(throws: TrainError.self) {
            try Evolution.run(
                texts: texts, heldOut: heldOut, tokens: tokens, settings: settings, lineage: lineage, log: { _ in })
        }
        #expect(error?.description.contains(words) == true, "\(String(describing: error)) has no \(words)")
    }
}

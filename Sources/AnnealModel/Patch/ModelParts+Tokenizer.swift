import AnnealTokens

extension ModelParts {
    /// Takes another tokenizer of the same pieces, so that a text is read by other rules of normalisation.
    ///
    /// Constants and rules say tokens by their ids, and were fitted to what these pieces' scores choose. So kind, pieces
    /// and scores stay as they are.
    /// - Parameter model: the content of a SentencePiece `.model` file.
    /// - Throws: ``ModelError/tokenizer(_:)`` for a file that is no tokenizer, and with
    ///   `invalidVocabulary` for one of other pieces. The parts are then as before.
    /// - Complexity: O(model.count + tokenizer.count)
    public mutating func replaceTokenizer(_ model: [UInt8]) throws(ModelError) {
        let (old, new) = (try Self.tokenizer(tokenizer), try Self.tokenizer(model))
        guard new.pieceCount == old.pieceCount, new.modelKind == old.modelKind else {
            throw .tokenizer(
                .invalidVocabulary(
                    expected: "\(old.pieceCount) pieces, \(old.modelKind)",
                    found: "\(new.pieceCount) pieces, \(new.modelKind)"))
        }
        for id in 0..<UInt32(old.pieceCount)
        where !new.bytes(of: id).elementsEqual(old.bytes(of: id)) || new.kind(of: id) != old.kind(of: id)
            || new.score(of: id) != old.score(of: id)
        {
            throw .tokenizer(
                .invalidVocabulary(
                    expected: "as piece \(id) \(Self.description(of: id, in: old))",
                    found: Self.description(of: id, in: new)))
        }
        tokenizer = model
    }

    private static func tokenizer(_ model: [UInt8]) throws(ModelError) -> Tokenizer {
        let result = model.withUnsafeBytes { bytes -> Result<Tokenizer, TokenizerError> in
            do throws(TokenizerError) {
                return .success(try Tokenizer(model: bytes))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let tokenizer): return tokenizer
        case .failure(let error): throw .tokenizer(error)
        }
    }

    private static func description(of id: UInt32, in tokenizer: Tokenizer) -> String {
        "'\(tokenizer.piece(id))' (\(tokenizer.kind(of: id)), score \(tokenizer.score(of: id)))"
    }
}

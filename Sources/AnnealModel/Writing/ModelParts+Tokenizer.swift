import AnnealTokens

extension ModelParts {
    /// Takes other rules of normalisation: the tokenizer of a file with the same pieces.
    ///
    /// Constants and rules are of pieces by number, so that the pieces must be the same ones, in the same order and with
    /// the same scores.
    /// - Parameter file: a SentencePiece model.
    /// - Throws: ``ModelError/tokenizer(_:)`` for a file that is none, ``ModelError/value(_:what:expected:found:)`` for other
    ///   pieces.
    /// - Complexity: O(bytes of both files).
    package mutating func replaceTokenizer(with file: [UInt8]) throws(ModelError) {
        let (old, new) = (try Self.read(tokenizer), try Self.read(file))
        func differs(_ what: String, _ expected: String, _ found: String) -> ModelError {
            .value(.tokenizer, what: what, expected: expected, found: found)
        }
        guard new.pieceCount == old.pieceCount else {
            throw differs("number of pieces", "\(old.pieceCount)", "\(new.pieceCount)")
        }
        for id in 0..<UInt32(old.pieceCount) {
            func shown(_ tokenizer: Tokenizer) -> String {
                "\"\(tokenizer.piece(id))\", \(tokenizer.kind(of: id)), score \(tokenizer.score(of: id))"
            }
            guard new.bytes(of: id).elementsEqual(old.bytes(of: id)), new.kind(of: id) == old.kind(of: id),
                new.score(of: id) == old.score(of: id)
            else { throw differs("piece \(id)", shown(old), shown(new)) }
        }
        tokenizer = file
    }

    private static func read(_ file: [UInt8]) throws(ModelError) -> Tokenizer {
        let read: Result<Tokenizer, TokenizerError> = file.withUnsafeBytes { bytes in
            do throws(TokenizerError) { return .success(try Tokenizer(model: bytes)) } catch { return .failure(error) }
        }
        do throws(TokenizerError) { return try read.get() } catch { throw .tokenizer(error) }
    }
}

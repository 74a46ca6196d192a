import Anneal

/// Texts for the tests of the engine: ordinary, odd, and hostile.
enum Samples {
    static let ordinary = [
        "How do I turn the light off in New York?", "A man is not eating.", "Nobody eats.",
        "The quick brown fox jumps over the lazy dog.", "k8s cluster", "machine learning is not magic",
        "The committee has not yet decided whether the proposal will be accepted or rejected next year.",
    ]

    static let odd: [[UInt8]] = [
        [], [0], [0, 0, 0x61, 0], [0xFF, 0xFE, 0xC0, 0x80], Array(" \t \r ".utf8), Array("🙂🙃 e\u{301}\u{202E}x".utf8),
        Array("ＦＵＬＬ ｗｉｄｔｈ".utf8), Array(String(repeating: "x", count: 5_000).utf8),
        Array(String(repeating: "word ", count: 3_000).utf8),
    ]

    static let all = ordinary.map { Array($0.utf8) } + odd

    /// The vector that a fresh session gives a text.
    static func vector(_ engine: Engine, _ text: [UInt8], mode: Mode = .compiled) throws -> [UInt32] {
        var session = try engine.makeSession(mode: mode)
        return bits(&session, text)
    }

    /// The bits of a text's vector, so that equality means equality and not-a-number cannot hide.
    static func bits(_ session: inout Session, _ text: [UInt8]) -> [UInt32] {
        var vector = [Float](repeating: .nan, count: session.dimension)
        var row = vector.mutableSpan
        session.embed(text.span, into: &row)
        return vector.map { $0.bitPattern }
    }
}

import Anneal
import AnnealFormats
import AnnealJSON
import AnnealModel
import AnnealTokens
import Synchronization

/// How much of all texts the model does not know, counted by all threads.
final class UnknownCounts: Sendable {
    private let tokens = Atomic(0)
    private let unknownTokens = Atomic(0)
    private let bytes = Atomic(0)
    private let unknownBytes = Atomic(0)

    func add(tokens: Int, unknownTokens: Int, bytes: Int, unknownBytes: Int) {
        self.tokens.wrappingAdd(tokens, ordering: .relaxed)
        self.unknownTokens.wrappingAdd(unknownTokens, ordering: .relaxed)
        self.bytes.wrappingAdd(bytes, ordering: .relaxed)
        self.unknownBytes.wrappingAdd(unknownBytes, ordering: .relaxed)
    }

    /// Tells on standard error what share was unknown; nothing where nothing was.
    func report() {
        let unknown = unknownTokens.load(ordering: .relaxed)
        guard unknown > 0 else { return }
        let share = Double(unknownBytes.load(ordering: .relaxed)) / Double(bytes.load(ordering: .relaxed))
        let text =
            "anneal: \(unknown) of \(tokens.load(ordering: .relaxed)) tokens, "
            + "\(Decimal.string(share * 100, places: 1)) % of the bytes, are unknown to the model and add nothing\n"
        // The results are written: that nobody reads standard error is no failure.
        try? Descriptor.standardError.write(text)
    }
}

/// A line becomes its tokens.
struct TokenizeTransform: ~Copyable, LineTransform {
    /// What is printed of each token.
    enum Form: Sendable { case ids, pieces, json }

    private let engine: Engine
    private var session: Session
    private let form: Form
    private let counts: UnknownCounts

    init(engine: Engine, form: Form, counts: UnknownCounts) throws(EngineError) {
        self.engine = engine
        self.form = form
        self.counts = counts
        session = try engine.makeSession()
    }

    mutating func transform(_ line: UnsafeBufferPointer<UInt8>, row: Int, into output: inout ByteBuffer) -> Bool {
        if form == .json { output.append("[") }
        var isFirst = true
        // The closure borrows these and not self, which is being changed.
        let engine = engine
        let form = form
        let unknown = engine.model.tokenizer.unknownID
        var (tokens, unknownTokens, unknownBytes) = (0, 0, 0)
        session.tokenize(line.span) { ids, starts, ends in
            for index in 0..<ids.count {
                tokens += 1
                if ids[index] == unknown {
                    unknownTokens += 1
                    unknownBytes += Int(ends[index] - starts[index])
                }
                if !isFirst { output.append(form == .json ? 0x2C : 0x20) }
                isFirst = false
                switch form {
                case .ids: output.append(decimal: UInt64(ids[index]))
                case .pieces: output.append(Visible.string(engine.piece(of: ids[index])))
                case .json:
                    output.append("{\"id\":")
                    output.append(decimal: UInt64(ids[index]))
                    output.append(",\"piece\":")
                    output.append(JSONText.quote(engine.piece(of: ids[index])))
                    output.append(",\"start\":")
                    output.append(decimal: UInt64(starts[index]))
                    output.append(",\"end\":")
                    output.append(decimal: UInt64(ends[index]))
                    if ids[index] == unknown { output.append(",\"unknown\":true") }
                    output.append("}")
                }
            }
        }
        counts.add(tokens: tokens, unknownTokens: unknownTokens, bytes: line.count, unknownBytes: unknownBytes)
        if form == .json { output.append("]") }
        output.append(0x0A)
        return !isFirst
    }
}

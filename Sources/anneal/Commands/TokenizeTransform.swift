import Anneal
import AnnealJSON
import AnnealModel
import AnnealTokens

/// A line becomes its tokens.
struct TokenizeTransform: ~Copyable, LineTransform {
    /// What is printed of each token.
    enum Form: Sendable { case ids, pieces, json }

    private let engine: Engine
    private var session: Session
    private let form: Form

    init(engine: Engine, form: Form) throws(EngineError) {
        self.engine = engine
        self.form = form
        session = try engine.makeSession()
    }

    mutating func transform(_ line: UnsafeBufferPointer<UInt8>, row: Int, into output: inout ByteBuffer) -> Bool {
        if form == .json { output.append("[") }
        var isFirst = true
        // The closure borrows these and not self, which is being changed.
        let engine = engine
        let form = form
        let unknown = engine.model.tokenizer.unknownID
        session.tokenize(line) { ids, starts, ends in
            for index in 0..<ids.count {
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
        if form == .json { output.append("]") }
        output.append(0x0A)
        return !isFirst
    }
}

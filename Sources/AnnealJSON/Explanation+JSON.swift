public import Anneal
import AnnealProgram

extension Explanation {
    /// One object: the text, the mode, tokens, program before, rewrites, program after, stop reason.
    /// - Parameter stepLimit: the most rewrites that are written, from the first; `step_count` then says how many there are.
    ///   nil writes all.
    public func write(to json: inout JSONText, text: String, mode: Mode, stepLimit: Int? = nil) {
        json.object { json in
            json.value("text", text)
            json.value("mode", mode.rawValue)
            writeContent(to: &json, stepLimit: stepLimit)
        }
    }

    /// The fields of the explanation itself, into an object that is open.
    func writeContent(to json: inout JSONText, stepLimit: Int? = nil) {
        json.value("empty", isEmpty)
        json.value("windows", windows)
        json.value("unknown_tokens", unknownCount)
        json.value("unknown_byte_share", unknownByteShare)
        json.array("tokens") { json in
            for token in tokens {
                json.object { json in
                    json.value("id", Int(token.id))
                    json.value("piece", token.piece)
                    json.value("start", token.start)
                    json.value("end", token.end)
                    json.value("unknown", token.isUnknown)
                }
            }
        }
        json.array("naive") { json in Self.write(naive, to: &json) }
        if stepLimit != nil { json.value("step_count", steps.count) }
        json.array("steps") { json in
            for step in steps.prefix(stepLimit ?? steps.count) {
                json.object { json in
                    json.value("number", step.number)
                    json.value("kind", step.isRule ? "rule" : "gains")
                    json.value("rule_id", step.ruleID)
                    json.value("rule", step.rule)
                    json.value("score", step.score)
                    json.value("committed", step.committed)
                    json.array("before") { json in Self.write(step.before, to: &json) }
                    json.array("after") { json in Self.write(step.after, to: &json) }
                }
            }
        }
        json.array("final") { json in Self.write(final, to: &json) }
        json.array("looked_up") { json in
            for row in lookedUp {
                json.object { json in
                    json.value("position", row.position)
                    json.value("start", row.start)
                    json.value("end", row.end)
                    json.value("entry", row.entry)
                    json.value("norm", row.norm)
                    json.value("share", row.share)
                }
            }
        }
        json.value("stop_reason", "\(stopReason)")
        json.value("norm", vectorNorm)
    }

    private static func write(_ items: [ExplainedItem], to json: inout JSONText) {
        for item in items {
            json.object { json in
                json.value("token", Int(item.token))
                json.value("piece", item.piece)
                json.value("position", item.position)
                json.value("opcode", item.opcode.name)
                json.value("operand1", item.operand1)
                json.value("operand2", item.operand2)
                json.value("operand3", item.operand3)
                json.value("gain", item.gain)
                if let constantName = item.constantName { json.value("constant", constantName) }
                json.value("assembly", item.text)
                json.value("share", item.share)
            }
        }
    }
}

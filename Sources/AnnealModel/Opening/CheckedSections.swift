import AnnealContainer
import AnnealMachine
import AnnealProgram
import AnnealRewrite

/// Every section but the tokenizer's, its content in agreement with the shape.
///
/// Sections may be looked at before their checksums are: nothing here reads outside of them, whatever they say.
struct CheckedSections {
    let shape: ModelShape
    let metadata: Metadata
    let constants: Constants
    let codes: ContextCodes?
    let classes: TokenClasses
    let classNames: [String]
    let rules: RuleTable
    let nameStarts: LineStarts?

    /// Checks what the sections say.
    /// - Complexity: O(bytes of all but the rows).
    init(_ reader: SectionReader) throws(ModelError) {
        shape = try ModelShape(reading: reader.required(.shape))
        metadata = try Metadata(reading: reader.required(.metadata))
        constants = try reader.constants(shape)
        codes = try reader.codes(shape)
        (classes, classNames) = try reader.classes(shape)
        nameStarts = try reader.constantNames(shape)
        _ = try reader.critic()
        let words = try reader.ruleWords()
        let limits = ProgramLimits(
            tokenCount: shape.tokenCount, rowCount: shape.rowCount, roleCount: shape.roleCount)
        do throws(RuleTableError) {
            rules = try RuleTable(
                words: words, ruleCount: shape.ruleCount, classes: classes, codes: codes, limits: limits,
                index: reader.optional(.ruleIndex), checksum: reader.table[.rules]?.checksum ?? 0)
        } catch {
            guard case .badIndex(let part, let expected, let found) = error else { throw .rules(error) }
            throw .value(.ruleIndex, what: part, expected: expected, found: found)
        }
    }
}

import AnnealMachine
import AnnealProgram
import AnnealRewrite

/// Every section but the tokenizer's, its checksum right and its content in agreement with the shape.
struct CheckedSections {
    let shape: ModelShape
    let metadata: Metadata
    let constants: Constants
    let codes: ContextCodes?
    let classes: TokenClasses
    let classNames: [String]
    let rules: RuleTable

    /// Checks all sections' checksums, the tokenizer's included, then what they say.
    /// - Complexity: O(bytes of the file), at the speed of ``Checksum64``.
    init(_ reader: SectionReader) throws(ModelError) {
        for entry in reader.table.entries {
            let actual = Checksum64.of(try reader.required(entry.tag))
            guard actual == entry.checksum else {
                throw .sectionChecksum(entry.tag, expected: entry.checksum, found: actual)
            }
        }
        shape = try ModelShape(reading: reader.required(.shape))
        metadata = try Metadata(reading: reader.required(.metadata))
        constants = try reader.constants(shape)
        codes = try reader.codes(shape)
        (classes, classNames) = try reader.classes(shape)
        try reader.checkConstantNames(shape)
        _ = try reader.critic()
        let words = try reader.ruleWords()
        let limits = ProgramLimits(
            tokenCount: shape.tokenCount, rowCount: shape.rowCount, roleCount: shape.roleCount)
        do throws(RuleTableError) {
            rules = try RuleTable(
                words: words, ruleCount: shape.ruleCount, classes: classes, codes: codes, limits: limits)
        } catch {
            throw .rules(error)
        }
    }
}

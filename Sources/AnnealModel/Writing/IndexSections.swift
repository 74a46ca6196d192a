import AnnealContainer
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// The sections that are derived from others, so that opening a file need not derive them.
enum IndexSections {
    /// The indexes of a model, in the order of the file; one that such a model cannot have is left out.
    /// - Complexity: that of opening tokenizer and rules without indexes.
    static func make(of model: Model) -> [(tag: SectionTag, bytes: [UInt8])] {
        var sections: [(tag: SectionTag, bytes: [UInt8])] = []
        if let bytes = ruleIndex(of: model) { sections.append((.ruleIndex, bytes)) }
        if let bytes = tokenizerIndex(of: model) { sections.append((.tokenizerIndex, bytes)) }
        return sections
    }

    /// Compares the indexes of a model with what its other sections give; those of another version are not read and not
    /// compared.
    /// - Complexity: as ``make(of:)``.
    /// - Throws: ``ModelError/value(_:what:expected:found:)`` for one that differs.
    static func verify(_ model: Model) throws(ModelError) {
        let made = make(of: model)
        for tag in SectionTag.indexes {
            guard let found = model.view(of: tag), isReadable(found, tag) else { continue }
            guard let expected = made.first(where: { $0.tag == tag })?.bytes, found.elementsEqual(expected) else {
                throw .value(tag, what: "content", expected: "what the model's other sections give", found: "another")
            }
        }
    }

    private static func isReadable(_ bytes: UnsafeRawBufferPointer, _ tag: SectionTag) -> Bool {
        tag == .ruleIndex ? RuleTable.isReadable(index: bytes) : Tokenizer.isReadable(index: bytes)
    }

    private static func ruleIndex(of model: Model) -> [UInt8]? {
        withExtendedLifetime(model) {
            guard let words = model.view(of: .rules) else { return nil }
            do throws(RuleTableError) {
                let rules = try RuleTable(
                    words: model.ruleWords, ruleCount: model.shape.ruleCount, classes: model.classes,
                    codes: model.codes, limits: model.rules.limits)
                return rules.indexBytes(checksum: Checksum64.of(words))
            } catch {
                // Unreachable: the model is open, so its rules are right.
                return nil
            }
        }
    }

    private static func tokenizerIndex(of model: Model) -> [UInt8]? {
        withExtendedLifetime(model) {
            guard let bytes = model.view(of: .tokenizer) else { return nil }
            do throws(TokenizerError) {
                return try TokenizerIndexWriter.bytes(of: bytes, checksum: Checksum64.of(bytes))
            } catch {
                // Unreachable, as above, unless the tokenizer was read by an untrue index, which is then said to be one.
                return nil
            }
        }
    }
}

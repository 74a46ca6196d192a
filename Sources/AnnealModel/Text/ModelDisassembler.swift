import AnnealPlatform
import AnnealContainer
import AnnealMachine
import AnnealRewrite
import AnnealTokens

/// Prints a whole model as text: what ``ModelAssembler`` makes the same file of, byte for byte.
///
/// Docs/Format.md has the grammar. Rows and context codes are followed by a comment with the piece or the name that they
/// belong to, so that the text can be searched.
public struct ModelDisassembler {
    private let model: Model
    /// Bytes that are gathered before they are handed on.
    private static let chunkBytes = 1 << 16

    public init(_ model: Model) {
        self.model = model
    }

    /// The text, handed on in pieces of about 64 KB.
    /// - Complexity: O(bytes of the text), constant memory beside the model's.
    /// - Throws: what `sink` throws.
    public func write<Failure: Error>(_ sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        var text = TextBuffer()
        head(&text)
        try sink(text.take())
        try rows(&text, sink)
        roles(&text)
        try context(&text, sink)
        classes(&text)
        names(&text)
        try sink(text.take())
        try rules(&text, sink)
        tail(&text)
        try sink(text.take())
    }

    /// The text in memory.
    /// - Complexity: O(bytes of the text).
    public func text() -> [UInt8] {
        var bytes: [UInt8] = []
        write { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Writes the text to a file, which is there whole or not at all.
    /// - Throws: ``ModelError/unwritable(path:operation:code:)``.
    public func write(to path: String) throws(ModelError) {
        try AtomicFile.write(to: path) { (file) throws(ModelError) in
            try write { (chunk) throws(ModelError) in try file.append(chunk) }
        }
    }

    private func head(_ text: inout TextBuffer) {
        text.line("anneal-model 1")
        text.section("meta")
        for line in model.metadata.lines { text.line(line) }
        text.section("shape")
        text.line("dimension \(model.shape.dimension)")
        text.line("exponent \(model.shape.exponent)")
        text.section("tokenizer")
        text.base64(model.view(of: .tokenizer))
        text.section("gains")
        text.numbers((0..<256).map { Int(model.constants.gainTable[$0]) })
    }

    private func rows<Failure: Error>(
        _ text: inout TextBuffer, _ sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let constants = model.constants
        text.section("rows")
        let names = model.constantNames
        for row in 0..<constants.rowCount {
            text.append(String(constants.scales[row]))
            text.append(0x20)
            text.hex(constants.bytes(of: row), count: constants.dimension)
            if row < constants.tokenCount {
                text.comment(model.tokenizer.piece(UInt32(row)))
            } else if let name = names?[row - constants.tokenCount], !name.isEmpty {
                text.comment(name)
            }
            text.append(0x0a)
            if text.count >= Self.chunkBytes { try sink(text.take()) }
        }
    }

    private func roles(_ text: inout TextBuffer) {
        let constants = model.constants
        guard constants.roleCount > 0 else { return }
        text.section("roles")
        for diagonal in 0..<(constants.roleCount * 3) {
            text.hex(constants.roles + diagonal * constants.dimension, count: constants.dimension)
            text.comment("role \(diagonal / 3) \(["A", "B", "C"][diagonal % 3])")
            text.append(0x0a)
        }
    }

    private func context<Failure: Error>(
        _ text: inout TextBuffer, _ sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        guard let codes = model.view(of: .codes)?.assumingMemoryBound(to: Int8.self).baseAddress,
            let table = model.view(of: .tanhTable)?.assumingMemoryBound(to: Int8.self).baseAddress,
            let roots = model.view(of: .inverseRoots)?.assumingMemoryBound(to: UInt32.self)
        else { return }
        text.section("codes")
        for token in 0..<model.shape.tokenCount {
            text.hex(codes + token * 64, count: 64)
            text.comment(model.tokenizer.piece(UInt32(token)))
            text.append(0x0a)
            if text.count >= Self.chunkBytes { try sink(text.take()) }
        }
        text.section("tanh")
        for line in 0..<(ContextCodes.tanhTableCount / 64) {
            text.hex(table + line * 64, count: 64)
            text.append(0x0a)
        }
        text.section("roots")
        text.numbers(roots.map { Int($0) })
        guard let placeRows = model.view(of: .placeRows),
            let places = model.view(of: .places)?.assumingMemoryBound(to: Int8.self), let base = places.baseAddress
        else { return }
        text.section("places")
        for start in stride(from: 0, to: places.count, by: PlaceGains.width) {
            text.hex(base + start, count: PlaceGains.width)
            text.append(0x0a)
        }
        text.section("placerows")
        text.numbers(placeRows.map { Int($0) })
    }

    private func classes(_ text: inout TextBuffer) {
        guard model.shape.classCount > 0 else { return }
        text.section("classes")
        for name in model.classNames { text.quotedLine(name) }
        text.section("members")
        for token in 0..<UInt32(model.shape.tokenCount) {
            let classes = model.classes.classes(of: token)
            guard !classes.isEmpty else { continue }
            text.append(([Int(token)] + classes.map { Int($0) }).map { String($0) }.joined(separator: " "))
            text.comment(model.tokenizer.piece(token))
            text.append(0x0a)
        }
    }

    private func names(_ text: inout TextBuffer) {
        guard let names = model.constantNames else { return }
        text.section("names")
        for name in names { text.quotedLine(name) }
    }

    private func rules<Failure: Error>(
        _ text: inout TextBuffer, _ sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        text.section("rules")
        let vocabulary = ModelVocabulary(model.tokenizer)
        for id in 0..<model.rules.count {
            text.line(RuleText.print(model.rules.rule(at: id), vocabulary: vocabulary))
            if text.count >= Self.chunkBytes { try sink(text.take()) }
        }
    }

    private func tail(_ text: inout TextBuffer) {
        if let critic = model.critic {
            text.section("critic")
            text.numbers(critic.map { Int($0) })
        }
        if model.sections.contains(where: { SectionTag.indexes.contains($0.tag) }) { text.section("indexes") }
        for entry in model.sections where !ContainerKind.model.known.contains(entry.tag) {
            text.section("extra \"\(TextBuffer.escaped(entry.tag.description))\"")
            text.base64(model.view(of: entry.tag))
        }
        text.section("end")
    }
}

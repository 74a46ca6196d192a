public import AnnealContainer
public import AnnealMachine
public import AnnealRewrite
public import AnnealTokens

/// A model: one file, mapped read-only and checked once, or the same bytes in memory.
///
/// Opening checks the header, the section table, the checksum of every section, and that the sections agree with each
/// other; after that nothing that reads the model needs to check anything. The views that it hands out
/// (``constants``, ``rules``, ``codes``, ``classes``) point into it: keep the model as long as any of them.
///
///     let model = try Model(path: "default.anneal")
///     print(model.metadata["teacher"] ?? "unknown teacher", model.contentHash)
///
/// Docs/Format.md in the repository describes the file byte by byte.
public final class Model: Sendable {
    /// Owns the memory that every view points into.
    private let storage: FileStorage
    private let reader: SectionReader
    private let nameStarts: LineStarts?

    public let shape: ModelShape
    public let metadata: Metadata
    public let tokenizer: Tokenizer
    public let constants: Constants
    public let rules: RuleTable
    /// The context codes and the tables of the gains by context and place; nil for a model without.
    public let codes: ContextCodes?
    public let classes: TokenClasses
    /// The classes' names, in order of their ids.
    public let classNames: [String]
    /// The sections in the order of the file.
    public var sections: [SectionEntry] { reader.table.entries }
    /// The model's identity as the header says it; ``verify()`` compares it with the content.
    public let contentHash: ContentHash
    /// Bytes of the file.
    public var byteCount: Int { storage.bytes.count }

    /// Opens a model file by mapping it.
    /// - Complexity: O(bytes of the file), one pass of checksums.
    /// - Throws: ``ModelError``.
    public convenience init(path: String) throws(ModelError) {
        let storage: FileStorage
        do throws(ContainerError) { storage = try FileStorage(mapping: path) } catch { throw .container(error) }
        try self.init(storage)
    }

    /// Opens a model from bytes in memory, which are copied.
    /// - Complexity: O(bytes).
    /// - Throws: ``ModelError``.
    public convenience init(bytes: UnsafeRawBufferPointer) throws(ModelError) {
        try self.init(FileStorage(copying: bytes))
    }

    /// Opens a model where its bytes lie in memory, as in the program itself.
    /// - Parameter bytes: they must outlive the model, and everything that was made with it, and never change.
    /// - Precondition: they begin at a multiple of 64.
    /// - Complexity: O(bytes), none of them copied.
    /// - Throws: ``ModelError``.
    public convenience init(borrowing bytes: UnsafeRawBufferPointer) throws(ModelError) {
        try self.init(FileStorage(borrowing: bytes))
    }

    /// Opens a model from bytes in memory, which are copied.
    /// - Complexity: O(bytes).
    /// - Throws: ``ModelError``.
    public convenience init(bytes: [UInt8]) throws(ModelError) {
        try self.init(bytes.withUnsafeBytes { FileStorage(copying: $0) })
    }

    private init(_ storage: FileStorage) throws(ModelError) {
        let bytes = storage.bytes
        // The views read the mapped integers as they lie.
        guard UInt32(littleEndian: FileHeader.byteOrderMark) == FileHeader.byteOrderMark else {
            throw .container(
                .otherByteOrder(
                    expected: FileHeader.byteOrderMark, found: FileHeader.byteOrderMark.byteSwapped))
        }
        let header: FileHeader
        let reader: SectionReader
        do throws(ContainerError) {
            header = try FileHeader(reading: bytes, kind: .model)
            reader = SectionReader(
                bytes: bytes, table: try SectionTable(reading: bytes, header: header, kind: .model))
        } catch {
            throw .container(error)
        }
        // The thread is waited for whatever is found here, as it reads the mapped bytes. A wrong checksum is the reason
        // for whatever else is wrong.
        let load = try TokenizerLoad(reader, storage)
        let failure = SectionFailure(reader, load.unchecked, storage)
        let checked = Result { () throws(ModelError) in try CheckedSections(reader) }
        tokenizer = try load.finish(failure)
        let parts = try checked.get()
        guard tokenizer.pieceCount == parts.shape.tokenCount else {
            throw .value(
                .tokenizer, what: "pieces", expected: String(parts.shape.tokenCount),
                found: String(tokenizer.pieceCount))
        }
        shape = parts.shape
        metadata = parts.metadata
        constants = parts.constants
        codes = parts.codes
        classes = parts.classes
        classNames = parts.classNames
        rules = parts.rules
        nameStarts = parts.nameStarts
        self.storage = storage
        self.reader = reader
        contentHash = header.contentHash
        // Embedding reads none of these again, or hardly: 5 MB less to hold for the shipped model.
        for tag in [SectionTag.tokenizer, .constantNames, .rules] { storage.release(reader.optional(tag)) }
    }

    /// Compares the content with the hash that the header says, and the indexes with what they are derived from.
    /// - Complexity: O(bytes of the file), about 200 MB/s.
    /// - Throws: ``ContainerError/contentHash(expected:found:)``; ``ModelError/value(_:what:expected:found:)`` for an index
    ///   that is not the model's.
    public func verify() throws(ModelError) {
        let actual = ContentHash(
            of: UnsafeRawBufferPointer(rebasing: storage.bytes[FileHeader.hashedFrom...]))
        guard actual == contentHash else {
            throw .container(.contentHash(expected: contentHash, found: actual))
        }
        try IndexSections.verify(self)
    }

    /// A copy of a section's bytes, or nil if the model has none. The tokenizer's are the SentencePiece model as it was.
    public func bytes(of tag: SectionTag) -> [UInt8]? {
        reader.optional(tag).map { [UInt8]($0) }
    }

    /// The critic's values, or nil for a model without a critic.
    public var critic: [Int32]? {
        // The section's length was checked in `init`.
        reader.optional(.critic).map { [Int32]($0.assumingMemoryBound(to: Int32.self)) }
    }

    /// The words of the rules, valid as long as the model.
    var ruleWords: UnsafeBufferPointer<UInt32> {
        // The section is there and whole: `init` checked it.
        (reader.optional(.rules) ?? UnsafeRawBufferPointer(start: nil, count: 0)).assumingMemoryBound(to: UInt32.self)
    }

    /// A section's bytes, valid as long as the model.
    func view(of tag: SectionTag) -> UnsafeRawBufferPointer? {
        reader.optional(tag)
    }

    /// The name of a constant row behind the tokens' rows; nil where the model has no names or the row has none.
    /// - Complexity: O(1): at most 64 names are looked at.
    public func constantName(ofRow row: UInt32) -> String? {
        let line = Int(row) - shape.tokenCount
        guard let nameStarts, (0..<nameStarts.count).contains(line), let section = reader.optional(.constantNames)
        else { return nil }
        let name = nameStarts.line(line, of: section)
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }

    /// The names of all constant rows behind the tokens' rows, or nil for a model without names.
    /// - Complexity: O(bytes of the names).
    public var constantNames: [String]? {
        reader.optional(.constantNames).map { section in
            section.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast().map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }
}

import AnnealContainer
import AnnealPlatform
import AnnealTokens

/// Reads the tokenizer on a thread of its own while the rest of the model is checked.
///
/// Without an index building the tokenizer takes longer than all else, and is all that the thread does. With one it is
/// soon done: the thread then also takes over the checksums of all sections but the largest.
///
/// The tokenizer's own checks make it safe to read the section before its checksum is known; whoever waits for the result
/// looks at the checksums first.
final class TokenizerLoad: @unchecked Sendable {
    // Sendable: what `load` sets is written by the thread alone, and read only after it was joined.
    private let reader: SectionReader
    private let storage: FileStorage
    private let bytes: UnsafeRawBufferPointer
    private let index: UnsafeRawBufferPointer?
    /// Sections whose checksums the thread looks at, and those that it leaves to the caller, as places in the table.
    private let checked: [Int]
    let unchecked: [Int]
    private var failure: SectionFailure?
    private var result: Result<Tokenizer, ModelError>?
    private var thread: WorkerThread?

    /// Below this many bytes a thread costs more than it saves.
    private static let threadBytesMin = 1 << 16

    /// Begins to read the tokenizer, which must be waited for by ``finish(_:)``.
    /// - Parameter storage: where the reader's bytes are.
    init(_ reader: SectionReader, _ storage: FileStorage) throws(ModelError) {
        self.reader = reader
        self.storage = storage
        bytes = try reader.required(.tokenizer)
        index = reader.optional(.tokenizerIndex)
        let all = Array(reader.table.entries.indices)
        let largest = all.max { reader.table.entries[$0].length < reader.table.entries[$1].length }
        let mine = index == nil ? [] : all.filter { $0 != largest }
        checked = mine
        unchecked = all.filter { !mine.contains($0) }
        guard bytes.count >= Self.threadBytesMin else { return }
        // The thread holds this object until it has ended.
        thread = WorkerThread { [self] in load() }
    }

    /// Waits for the thread; does its work here where there is none.
    /// - Parameter other: what the caller found: the first wrong checksum of ``unchecked``.
    /// - Throws: the wrong checksum that comes first in the file, else what is wrong with the tokenizer.
    func finish(_ other: SectionFailure?) throws(ModelError) -> Tokenizer {
        thread?.join()
        thread = nil
        if result == nil { load() }
        if let first = [failure, other].compactMap({ $0 }).min(by: { $0.place < $1.place }) {
            throw .container(first.error)
        }
        // `load` has set it.
        return try result!.get()
    }

    private func load() {
        result = Result { () throws(ModelError) in
            do throws(TokenizerError) {
                guard let index else { return try Tokenizer(model: bytes) }
                let checksum = reader.table[.tokenizer]?.checksum ?? 0
                return try Tokenizer(model: bytes, index: index, checksum: checksum, owner: storage)
            } catch {
                guard case .invalidIndex(let part, let expected, let found) = error else { throw .tokenizer(error) }
                throw .value(.tokenizerIndex, what: part, expected: expected, found: found)
            }
        }
        failure = SectionFailure(reader, checked, storage)
    }
}

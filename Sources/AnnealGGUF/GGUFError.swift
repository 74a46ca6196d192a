public import AnnealPlatform

/// Why a GGUF file could not be used: which field of it, where, what was expected and what was found.
public struct GGUFError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program may want to tell apart.
    public enum Kind: Hashable, Sendable {
        /// The system does not open or read the file.
        case unreadable
        /// The file breaks the format.
        case malformed
        /// The file may be sound, and this reader does not read it: an old version, big-endian, a type of tensor.
        case unsupported
        /// The file has become another since it was opened.
        case changed
        /// Reading on would take more working memory than ``GGUFLimits/workingMemory``.
        case memory
    }

    /// What went wrong, for programs.
    public let kind: Kind
    /// The file as the caller named it.
    public let path: Path
    /// The part of the file, as "metadata count" or "tensor token_embd.weight: offset".
    public let field: String
    /// The byte in the file where the field begins.
    public let offset: Int
    /// What should have stood there.
    public let expected: String
    /// What stood there.
    public let found: String

    /// All of it in one line.
    public var description: String { "\(path): \(field) at byte \(offset): expected \(expected), found \(found)" }
}

/// What reading a GGUF file may take.
public struct GGUFLimits: Hashable, Sendable {
    /// Bytes that an open file may hold, its two buffers among them.
    public var workingMemory: Int
    /// Bytes that the tables of a ``GGUFVocabulary`` may take, for as long as it lives. A piece takes its bytes and 20 to 32
    /// more; of `t5`, and of a `llama` vocabulary with a character map, unused pieces or spaces that are removed, 128 and 16
    /// for each byte, while they are built.
    public var vocabularyMemory: Int

    /// - Parameters:
    ///   - workingMemory: at least the two buffers, ``GGUFFile/readSize`` and ``GGUFFile/decodedCount`` floats.
    ///   - vocabularyMemory: bytes for the tables of a vocabulary; gemma's 262,144 pieces take 7 MB.
    public init(workingMemory: Int = 10_000_000, vocabularyMemory: Int = 80_000_000) {
        self.workingMemory = workingMemory
        self.vocabularyMemory = vocabularyMemory
    }
}

/// Working memory as it is counted: an upper bound of what lists and names take, charged before they grow.
struct MemoryAccount {
    let limit: Int
    private(set) var used = 0
    private(set) var peak = 0

    init(limit: Int) { self.limit = limit }

    /// Whether so many bytes more stay within the limit; they count from here on.
    mutating func take(_ byteCount: Int) -> Bool {
        guard byteCount <= limit - used else { return false }
        used += byteCount
        peak = max(peak, used)
        return true
    }

    mutating func giveBack(_ byteCount: Int) { used -= byteCount }
}

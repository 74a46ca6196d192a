public import AnnealContainer
public import AnnealPlatform

/// A file of codes of one length: which codec made them, how long they are and how many. Versioned, checksummed, mapped.
///
/// `@unchecked Sendable`: nothing writes to the bytes, which the container keeps.
public struct CodeFile: @unchecked Sendable {
    /// The identity of the codec that made the codes.
    public let codec: ContentHash
    /// Numbers of the vectors.
    public let dimension: Int
    /// Bytes of a code.
    public let length: Int
    public let count: Int
    private let container: OpenContainer
    /// All codes, one behind the other; valid as long as this value lives.
    public let bytes: UnsafeRawBufferPointer

    private static let headBytes = 56

    /// - Complexity: O(bytes), one pass of checksums.
    /// - Throws: ``CodecError``.
    public init(_ path: Path) throws(CodecError) {
        let container: OpenContainer
        do throws(ContainerError) {
            container = try OpenContainer(FileStorage(mapping: path.argument), as: .codes)
        } catch {
            throw .container(error, noun: "code")
        }
        try self.init(container)
    }

    /// - Complexity: O(bytes), which are copied.
    /// - Throws: ``CodecError``.
    public init(bytes: [UInt8]) throws(CodecError) {
        let container: OpenContainer
        do throws(ContainerError) {
            container = try OpenContainer(bytes.withUnsafeBytes { FileStorage(copying: $0) }, as: .codes)
        } catch {
            throw .container(error, noun: "code")
        }
        try self.init(container)
    }

    private init(_ container: OpenContainer) throws(CodecError) {
        let head = try container.bytes(.head, noun: "code")
        guard head.count == Self.headBytes else {
            throw .sectionLength(.head, expectedBytes: Self.headBytes, foundBytes: head.count)
        }
        codec = ContentHash(bytes: Array(head[0..<32]))
        let numbers: [UInt32] = [head.littleEndian(at: 32), head.littleEndian(at: 36), head.littleEndian(at: 40)]
        guard numbers[0] > 0, numbers[1] > 0, numbers[0] <= 1 << 16, numbers[1] <= 1 << 16 else {
            throw .value(
                .head, what: "dimension and bytes of a code", expected: "1...65536",
                found: "\(numbers[0]), \(numbers[1])")
        }
        guard numbers[2] == 0 else {
            throw .value(.head, what: "reserved field", expected: "0", found: "\(numbers[2])")
        }
        let count: UInt64 = head.littleEndian(at: 48)
        let padding: UInt32 = head.littleEndian(at: 44)
        guard padding == 0 else { throw .value(.head, what: "reserved field", expected: "0", found: "\(padding)") }
        dimension = Int(numbers[0])
        length = Int(numbers[1])
        bytes = try container.bytes(.codes, noun: "code")
        guard count <= 1 << 40, bytes.count == Int(count) * length else {
            throw .sectionLength(
                .codes, expectedBytes: count <= 1 << 40 ? Int(count) * length : .max, foundBytes: bytes.count)
        }
        self.count = Int(count)
        self.container = container
    }

    /// The bytes of a file of codes.
    /// - Precondition: `codes.count` is a multiple of `length`.
    public static func bytes(codes: [UInt8], length: Int, dimension: Int, codec: ContentHash) -> [UInt8] {
        precondition(codes.count % length == 0)
        let head =
            codec.bytes + littleEndian([UInt32(dimension), UInt32(length), 0, 0])
            + littleEndian([UInt64(codes.count / length)])
        return CodecFile.layOut([(.head, head), (.codes, codes)], as: .codes)
    }

    /// Refuses codes that another codec made.
    /// - Throws: ``CodecError/otherCodec(expected:found:)``, ``CodecError/dimension(expected:found:)``,
    ///   ``CodecError/codeLength(expected:found:)``.
    public func check(madeBy file: CodecFile) throws(CodecError) {
        guard codec == file.identity else { throw .otherCodec(expected: codec, found: file.identity) }
        guard dimension == file.codec.dimension else {
            throw .dimension(expected: file.codec.dimension, found: dimension)
        }
        try file.codec.check(length: length)
    }
}

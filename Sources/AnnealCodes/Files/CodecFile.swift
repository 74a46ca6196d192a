public import AnnealContainer
public import AnnealPlatform

/// The file of a codec: versioned, checksummed, mapped. Whatever codec it holds, this opens it.
///
///     let file = try CodecFile(Path("vectors.codec"))
///     let codes = try file.codec.encode(vectors, length: 10, threads: 2)
public struct CodecFile: Sendable {
    public let codec: any VectorCodec
    /// SHA-256 of all that the file says: what files of codes name their codec by.
    public let identity: ContentHash
    /// Bytes of the file.
    public let byteCount: Int

    /// - Complexity: O(bytes).
    /// - Throws: ``CodecError``.
    public init(_ path: Path) throws(CodecError) {
        let storage: FileStorage
        do throws(ContainerError) { storage = try FileStorage(mapping: path.argument) } catch {
            throw .container(error, noun: "codec")
        }
        try self.init(storage)
    }

    /// - Complexity: O(bytes), which are copied.
    /// - Throws: ``CodecError``.
    public init(bytes: [UInt8]) throws(CodecError) {
        try self.init(bytes.withUnsafeBytes { FileStorage(copying: $0) })
    }

    /// Where the codec of a model lies: beside `default.anneal` it is `default.search.codec`.
    public static func path(beside model: Path, for profile: TrellisCodec.Profile) -> Path {
        let ending = Array(".anneal".utf8)
        let stem =
            model.bytes.suffix(ending.count) == ending[...] ? model.bytes.dropLast(ending.count) : model.bytes[...]
        return Path(bytes: stem + ".\(profile.name).codec".utf8)
    }

    private init(_ storage: FileStorage) throws(CodecError) {
        let container: OpenContainer
        do throws(ContainerError) { container = try OpenContainer(storage, as: .codec) } catch {
            throw .container(error, noun: "codec")
        }
        let head = try CodecHead(reading: container)
        switch head.kind {
        case .trellis, .product, .optimised: codec = try TrellisCodec(reading: container, head: head)
        case .residual: codec = try ResidualCodec(reading: container, head: head)
        case .bytes, .fourBits, .sign, .itq, .scalar, .prefix: codec = try ScalarCodec(reading: container, head: head)
        }
        identity = container.contentHash
        byteCount = container.byteCount
    }

    /// The bytes of a codec's file: the same codec always gives the same.
    public static func bytes(of codec: any VectorCodec) -> [UInt8] {
        layOut(codec.sections, as: .codec)
    }

    static func layOut(_ sections: [(tag: SectionTag, bytes: [UInt8])], as kind: ContainerKind) -> [UInt8] {
        do throws(ContainerError) { return try ContainerWriter.layOut(sections, as: kind) } catch {
            preconditionFailure("more sections than a container has room for: \(error)")
        }
    }
}

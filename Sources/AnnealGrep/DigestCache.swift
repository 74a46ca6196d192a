import AnnealContainer
import AnnealPassages
public import AnnealPlatform

/// Digests of trees on disk, so that a second search reads only what has changed.
///
/// A tree has one file in the user's cache folder: sections with checksums, which are mapped and read where they lie. It is
/// replaced as a whole, so that two at once see one state or the other. What is damaged, of another model or of another
/// version is as if it were not there.
public struct DigestCache: Sendable {
    /// Bytes that all files together may take: the oldest are removed.
    public static let bytesMax = 1 << 30

    public let folder: Path
    public let bytesMax: Int

    public init(folder: Path, bytesMax: Int = DigestCache.bytesMax) {
        self.folder = folder
        self.bytesMax = bytesMax
    }

    /// The user's cache folder: `XDG_CACHE_HOME`, or `.cache` in the home folder; nil where the environment names none.
    public static var userFolder: Path? {
        if let folder = Environment.value(of: "XDG_CACHE_HOME"), folder.hasPrefix("/") { return Path(folder) }
        guard let home = Environment.value(of: "HOME"), home.hasPrefix("/") else { return nil }
        return Path(home).appending(".cache")
    }

    /// A file of the cache and what is known of it.
    struct Entry {
        let file: TreeFile
        /// Nil for what is not searched.
        let digest: FileDigest?
    }

    private static let prefix = "anneal-grep-"
    private static let ending = ".digests"
    /// Raised with every change of the digests or of what is in them.
    private static let version = 1
    private static let keySection = SectionTag(known: "WHAT")
    private static let fileSection = SectionTag(known: "FILE")
    private static let digestSection = SectionTag(known: "DIGS")
    private static let kind = ContainerKind(
        letters: "GREP", known: [keySection, fileSection, digestSection],
        required: [keySection, fileSection, digestSection])
    /// Numbers of 64 bits that a file has in the table: root, size, two times, number, start of the path, its length, start of
    /// the digest, its length.
    private static let fileNumbers = 9

    /// The file of a tree.
    private func path(_ key: [UInt8]) -> Path {
        let name = key.withUnsafeBytes { "\(ContentHash(of: $0))".prefix(32) }
        return folder.appending(Self.prefix + name + Self.ending)
    }

    /// What a search is of: another model, root or choice of files has another file.
    static func key(model: String, roots: [Path], walk: TreeWalk.Options) -> [UInt8] {
        var key = Array("\(version) \(model)\n".utf8)
        for root in roots { key += root.bytes + [0x0A] }
        key += "\(walk.includesHidden) \(walk.selection.usesIgnoreFiles)\n".utf8
        for list in [walk.selection.excluded, walk.selection.included, walk.languages.sorted()] {
            for line in list { key += Array(line.utf8) + [0x0A] }
            key.append(0)
        }
        return key
    }

    /// What is kept under a key; nothing for what is not there or damaged.
    /// - Parameter dimension: that of the model: its vectors are read as long as that.
    /// - Complexity: O(bytes), one pass of checksums.
    func load(_ key: [UInt8], dimension: Int) -> [Entry] {
        guard let storage = try? FileStorage(mapping: path(key).argument),
            let container = try? OpenContainer(storage, as: Self.kind),
            let found = container[Self.keySection], found.elementsEqual(key),
            let table = container[Self.fileSection], let digests = container[Self.digestSection]
        else { return [] }
        func number(_ index: Int) -> Int {
            Int(
                truncatingIfNeeded: UInt64(
                    littleEndian: table.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)))
        }
        guard table.count >= 8 else { return [] }
        let count = number(0)
        guard count >= 0, count <= (table.count - 8) / (8 * Self.fileNumbers) else { return [] }
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for index in 0..<count {
            let values = (0..<Self.fileNumbers).map { number(1 + index * Self.fileNumbers + $0) }
            guard let path = Self.part(table, values[5], values[6]),
                let bytes = Self.part(digests, values[7], values[8])
            else { return [] }
            let stamp = FileStamp(
                byteCount: values[1], modified: Int64(values[2]), changed: Int64(values[3]),
                file: UInt64(bitPattern: Int64(values[4])))
            let digest = bytes.isEmpty ? nil : FileDigest(bytes, owner: storage)
            guard bytes.isEmpty || digest?.dimension == dimension else { return [] }
            entries.append(
                Entry(
                    file: TreeFile(
                        root: values[0] >> 1, path: Path(bytes: path), stamp: stamp, isNamed: values[0] & 1 == 1),
                    digest: digest))
        }
        return entries
    }

    private static func part(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> UnsafeRawBufferPointer? {
        guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
    }

    /// Keeps the digests of a tree, and removes the oldest files of others where there is too much.
    /// - Throws: ``FileError`` where the folder takes no file; what was kept before is there still.
    func store(_ entries: [Entry], _ key: [UInt8]) throws(FileError) {
        var table: [UInt8] = []
        var (paths, digests): ([UInt8], [UInt8]) = ([], [])
        func append(_ number: Int) {
            withUnsafeBytes(of: UInt64(bitPattern: Int64(number)).littleEndian) { table += $0 }
        }
        append(entries.count)
        let pathsStart = 8 + entries.count * 8 * Self.fileNumbers
        for entry in entries {
            let (file, stamp) = (entry.file, entry.file.stamp)
            let numbers = [
                file.root << 1 | (file.isNamed ? 1 : 0), stamp.byteCount, Int(stamp.modified), Int(stamp.changed),
                Int(Int64(bitPattern: stamp.file)), pathsStart + paths.count, file.path.bytes.count, digests.count,
                entry.digest?.bytes.count ?? 0,
            ]
            for number in numbers { append(number) }
            paths += file.path.bytes
            if let digest = entry.digest { digests += digest.bytes }
        }
        // A larger one would drive out all others, and is the next to go itself.
        guard digests.count <= bytesMax else { return }
        let sections = [(Self.keySection, key), (Self.fileSection, table + paths), (Self.digestSection, digests)]
        let bytes: [UInt8]
        do throws(ContainerError) { bytes = try ContainerWriter.layOut(sections, as: Self.kind) } catch {
            preconditionFailure("three sections: \(error)")
        }
        let path = path(key)
        try Files.makeFolders(folder)
        try AtomicFile.write(bytes, to: path)
        try prune(except: path)
    }

    /// Removes the files that were written first until what is left fits.
    private func prune(except kept: Path) throws(FileError) {
        var files: [(path: Path, status: FileStatus)] = []
        for name in try Files.names(in: folder) {
            let text = String(decoding: name, as: UTF8.self)
            guard text.hasPrefix(Self.prefix), text.hasSuffix(Self.ending) else { continue }
            let path = folder.appending(name)
            // Another process may have removed it.
            guard let status = try? Files.status(of: path, followsLinks: false), status.kind == .file else { continue }
            files.append((path, status))
        }
        var total = files.reduce(0) { $0 + $1.status.byteCount }
        for file in files.sorted(by: { $0.status.modified < $1.status.modified }) where file.path != kept {
            guard total > bytesMax else { return }
            do throws(FileError) { try Files.remove(file.path) } catch { if !error.error.isMissing { throw error } }
            total -= file.status.byteCount
        }
    }
}

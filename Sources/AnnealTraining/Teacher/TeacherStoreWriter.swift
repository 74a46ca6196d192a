import AnnealContainer
import AnnealPlatform

/// Appends vectors to a store, so that a kill at any moment loses no more than what was not committed.
///
/// Records and texts are written behind what is committed and flushed to the disk; only then a commit says that they are
/// there. Opening cuts off whatever a killed writer left behind the last commit. One writer at a time has a store.
public final class TeacherStoreWriter {
    public let path: String
    public let description: TeacherDescription
    /// Texts that are committed or appended.
    public private(set) var count: Int
    private let vectors: FileDescriptor
    private let texts: FileDescriptor
    private var commit: StoreHeader.Commit
    private var pendingRecords: [UInt8] = []
    private var pendingTexts: [UInt8] = []
    private var pendingChecksum: UInt64
    private var keys: Set<UInt64>

    /// Opens a store, or makes an empty one.
    /// - Throws: ``TrainError`` if another process writes to it, if it is of another teacher, or if it is damaged.
    public init(path: String, description: TeacherDescription) throws(TrainError) {
        try description.check(path)
        self.path = path
        self.description = description
        vectors = try Self.open(path)
        do throws(TrainError) {
            texts = try Self.open(TeacherStore.textsPath(path))
        } catch {
            try? vectors.close()
            throw error
        }
        commit = StoreHeader.Commit()
        pendingChecksum = 0
        count = 0
        keys = []
        // From here on `deinit` closes both.
        do throws(SystemError) { try vectors.lock() } catch {
            throw TrainError(place: path, expected: "a store that no other process writes to", found: "a locked one")
        }
        let size = try Self.tell(path, "a file") { () throws(SystemError) in try vectors.status().byteCount }
        if size < StoreHeader.byteCount {
            // New, or killed before its header was whole. Then no text has been written, and nothing but the header.
            try checkNothingIsLost()
            try cut(vectors, path, to: 0)
            try cut(texts, TeacherStore.textsPath(path), to: 0)
            try Self.write(StoreHeader.encode(description), to: vectors, at: 0, path)
            try flush()
            commit.sequence = 0
        } else {
            try cutTail()
        }
    }

    deinit {
        // What was committed is on the disk: closing has nothing to tell.
        try? vectors.close()
        try? texts.close()
    }

    /// Whether the store has a vector for this text.
    public func contains(key: UInt64) -> Bool { keys.contains(key) }

    /// Adds a text and its vector, unless the store has the text; says whether it was added. ``flushAndCommit()`` makes
    /// it last.
    /// - Precondition: the text holds no line feed; the vector has `description.width` finite numbers, not all zero.
    @discardableResult
    public func append(text: UnsafeRawBufferPointer, vector: UnsafeBufferPointer<Float>) -> Bool {
        precondition(vector.count == description.width && !text.contains(0x0A))
        let key = TeacherStore.key(of: text)
        guard keys.insert(key).inserted else { return false }
        let start = pendingRecords.count
        TeacherRecord.append(key: key, vector, description.encoding, to: &pendingRecords)
        pendingRecords.withUnsafeBytes { bytes in
            pendingChecksum &+= Checksum64.of(UnsafeRawBufferPointer(rebasing: bytes[start...]), seed: UInt64(count))
        }
        pendingTexts.append(contentsOf: text)
        pendingTexts.append(0x0A)
        count += 1
        return true
    }

    /// Writes what was appended, flushes it to the disk, and says in the header that it is there.
    /// - Throws: ``TrainError``, as when the disk is full; what was committed before stays.
    public func flushAndCommit() throws(TrainError) {
        guard !pendingTexts.isEmpty else { return }
        let recordBytes = description.encoding.recordBytes(width: description.width)
        try Self.write(
            pendingRecords, to: vectors, at: StoreHeader.byteCount + Int(commit.records) * recordBytes, path)
        try Self.write(pendingTexts, to: texts, at: Int(commit.textBytes), TeacherStore.textsPath(path))
        try flush()
        var next = commit
        next.sequence += 1
        next.records = UInt64(count)
        next.textBytes += UInt64(pendingTexts.count)
        next.checksum = pendingChecksum
        let place = StoreHeader.commitOffsets[Int(next.sequence % 2)]
        try Self.write(next.encoded, to: vectors, at: place, path)
        try flush()
        commit = next
        pendingRecords.removeAll(keepingCapacity: true)
        pendingTexts.removeAll(keepingCapacity: true)
    }

    /// Reads what is committed and cuts off the rest.
    private func cutTail() throws(TrainError) {
        let store = try TeacherStore(path: path)
        guard store.description == description else {
            throw TrainError(
                place: path, expected: "a store of \(Self.words(description))",
                found: "one of \(Self.words(store.description))")
        }
        let file = try MappedFile(path: path)
        defer { withExtendedLifetime(file) {} }
        commit = try StoreHeader(reading: file.bytes, path: path).commit
        count = store.count
        pendingChecksum = commit.checksum
        keys.reserveCapacity(store.count)
        for index in 0..<store.count { keys.insert(store.key(index)) }
        let recordBytes = description.encoding.recordBytes(width: description.width)
        try cut(vectors, path, to: StoreHeader.byteCount + store.count * recordBytes)
        try cut(texts, TeacherStore.textsPath(path), to: Int(commit.textBytes))
    }

    /// - Throws: if a file that is too short for a store is not the beginning of one, or if there are texts beside it: they
    ///   would be somebody else's.
    private func checkNothingIsLost() throws(TrainError) {
        let start = try MappedFile(path: path)
        defer { withExtendedLifetime(start) {} }
        guard StoreHeader.magic.starts(with: start.bytes.prefix(StoreHeader.magic.count)) else {
            throw TrainError(place: path, expected: "a store of teacher vectors", found: "another kind of file")
        }
        let texts = try MappedFile(path: TeacherStore.textsPath(path))
        guard texts.bytes.isEmpty else {
            throw TrainError(
                place: TeacherStore.textsPath(path), expected: "no texts, since \(path) holds no vectors",
                found: "\(texts.bytes.count) bytes")
        }
    }

    private func flush() throws(TrainError) {
        try Self.tell(path, "a disk that takes the data") { () throws(SystemError) in
            try vectors.sync()
            try texts.sync()
        }
    }

    private func cut(_ file: FileDescriptor, _ path: String, to length: Int) throws(TrainError) {
        try Self.tell(path, "a file that can be cut") { () throws(SystemError) in try file.truncate(to: length) }
    }

    private static func open(_ path: String) throws(TrainError) -> FileDescriptor {
        do throws(FileError) { return try FileDescriptor.open(Path(argument: path), .writeOrCreate, mode: 0o644) } catch
        {
            throw TrainError(error, expected: "a file that can be written")
        }
    }

    private static func write(
        _ bytes: [UInt8], to file: FileDescriptor, at offset: Int, _ path: String
    ) throws(TrainError) {
        try tell(path, "a disk that takes the data") { () throws(SystemError) in
            try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in
                try file.write(UnsafeRawBufferPointer(bytes), at: offset)
            }
        }
    }

    /// Tells what the system said of a file.
    private static func tell<Result>(
        _ path: String, _ expected: String, _ body: () throws(SystemError) -> Result
    ) throws(TrainError) -> Result {
        do throws(SystemError) { return try body() } catch {
            throw TrainError(place: path, expected: expected, found: "\(error)")
        }
    }

    private static func words(_ description: TeacherDescription) -> String {
        "\(description.teacher) (\(description.settings)), \(description.width) numbers, \(description.encoding)"
    }
}

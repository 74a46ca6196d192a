import AnnealPlatform

/// Where a command's result goes: standard output, or a file that appears whole or not at all.
///
/// A file is written beside its destination under a temporary name and renamed by ``commit(header:)``; an error, an
/// interrupt or a request to terminate removes it. Devices and pipes are written in place.
///
/// A format whose header states the number of rows reserves `headerSize` bytes. Where the destination can seek, the
/// header is patched in place at the end; where it cannot (a pipe), the rows are spooled to an unnamed file in
/// `TMPDIR` and copied behind the header, so memory stays constant either way.
struct OutputFile: ~Copyable {
    private let target: Descriptor
    /// Receives the rows: the target itself, or the spool.
    private let rows: Descriptor
    private let headerSize: Int
    /// Offset of the header in the target, where it can be patched.
    private let headerOffset: Int
    /// The file that is to appear; nil for standard output.
    private let file: AtomicFile?
    private var committed = false

    private var isSpooled: Bool { rows.file != target.file }

    /// Opens the destination; `nil` or `-` is standard output.
    /// - Throws: ``CommandError`` with ``ExitStatus/cannotCreate``.
    init(path: Path?, headerSize: Int = 0) throws(CommandError) {
        var file: AtomicFile?
        var target = Descriptor.standardOutput
        if let path, path != "-" {
            AtomicFile.removePartialFilesOnSignals()
            do throws(FileError) {
                let made = try AtomicFile(path)
                target = Descriptor(file: made.descriptor, name: "\(made.path)")
                file = made
            } catch {
                let reason = error.error == .isFolder ? "it is a directory" : "\(error.error)"
                let verb = error.error == .isFolder ? "write to" : "create"
                throw CommandError(.cannotCreate, "cannot \(verb) \(error.path): \(reason)")
            }
        }
        // Nil for what cannot seek, as a pipe.
        let offset = try? target.file.seek()
        var rows = target
        if headerSize > 0 {
            let isRegular = (try? target.file.status())?.kind == .file
            // Positioned writes to a descriptor in append mode go to the end on Linux, so appending counts as a pipe.
            if !isRegular || target.file.appends || offset == nil {
                rows = try OutputFile.openSpool()
            } else {
                do throws(SystemError) { try target.file.seek(by: headerSize) } catch { throw target.failure(error) }
            }
        }
        self.target = target
        self.rows = rows
        self.headerSize = headerSize
        self.headerOffset = offset ?? 0
        self.file = file
    }

    deinit {
        if !committed { discard() }
    }

    /// Appends rows.
    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
        try rows.write(bytes)
    }

    /// Appends bytes that lie in an array.
    func writeAll(_ bytes: [UInt8]) throws(CommandError) { try rows.write(bytes) }

    /// Puts the header in its place and makes the file appear under its name.
    /// - Precondition: `header.count` is the size reserved.
    mutating func commit(header: [UInt8] = []) throws(CommandError) {
        precondition(header.count == headerSize)
        if isSpooled {
            try target.write(header)
            try copySpool()
        } else if headerSize > 0 {
            do throws(SystemError) {
                try header.withUnsafeBufferPointer { (header) throws(SystemError) in
                    try target.file.write(UnsafeRawBufferPointer(header), at: headerOffset)
                }
            } catch {
                throw target.failure(error)
            }
        }
        committed = true
        do throws(FileError) { try file?.commit() } catch {
            if error.operation == "rename" {
                throw CommandError(.cannotCreate, "cannot create \(target.name): \(error.error)")
            }
            throw CommandError(.inputOutput, "cannot write to \(target.name): \(error.error)")
        }
        closeSpool()
    }

    /// The file itself goes with its object.
    private func discard() { closeSpool() }

    /// Nothing of it is to be kept: closing has nothing to tell.
    private func closeSpool() {
        if isSpooled { try? rows.file.close() }
    }

    private func copySpool() throws(CommandError) {
        let size = 1 << 18
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while true {
            let count: Int
            do throws(SystemError) { count = try rows.file.read(into: buffer, at: offset) } catch {
                throw CommandError(.inputOutput, "cannot read \(rows.name): \(error)")
            }
            if count == 0 { return }
            try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += count
        }
    }

    private static func openSpool() throws(CommandError) -> Descriptor {
        let folder = Path(Environment.value(of: "TMPDIR") ?? "/tmp")
        do throws(FileError) {
            return Descriptor(file: try FileDescriptor.unnamed(in: folder), name: "the temporary file in \(folder)")
        } catch {
            throw CommandError(
                .cannotCreate, "cannot create a temporary file in \(folder): \(error.error)",
                hint: "This format states the number of rows first; set TMPDIR, or use --output FILE.")
        }
    }
}

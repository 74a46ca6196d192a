import AnnealPlatform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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
    private let headerOffset: off_t
    /// The file that is to appear; nil for standard output.
    private let file: AtomicFile?
    private var committed = false

    private var isSpooled: Bool { rows.number != target.number }

    /// Opens the destination; `nil` or `-` is standard output.
    /// - Throws: ``CommandError`` with ``ExitStatus/cannotCreate``.
    init(path: String?, headerSize: Int = 0) throws(CommandError) {
        var file: AtomicFile?
        var target = Descriptor.standardOutput
        if let path, path != "-" {
            AtomicFile.removePartialFilesOnSignals()
            do throws(FileError) {
                let made = try AtomicFile(Path(argument: path))
                target = Descriptor(number: made.descriptor.number, name: "\(made.path)")
                file = made
            } catch {
                let reason = error.error == .isFolder ? "it is a directory" : "\(error.error)"
                let verb = error.error == .isFolder ? "write to" : "create"
                throw CommandError(.cannotCreate, "cannot \(verb) \(error.path): \(reason)")
            }
        }
        let offset = lseek(target.number, 0, SEEK_CUR)
        // Positioned writes to a descriptor in append mode go to the end on Linux, so appending counts as a pipe.
        let appends = fcntl(target.number, F_GETFL) & O_APPEND != 0
        var rows = target
        if headerSize > 0 {
            var status = stat()
            let isRegular = fstat(target.number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            if !isRegular || appends || offset < 0 {
                rows = try OutputFile.openSpool()
            } else if lseek(target.number, off_t(headerSize), SEEK_CUR) < 0 {
                throw CommandError(.inputOutput, "cannot write to \(target.name): \(SystemError.current)")
            }
        }
        self.target = target
        self.rows = rows
        self.headerSize = headerSize
        self.headerOffset = offset
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
    func writeAll(_ bytes: [UInt8]) throws(CommandError) { try OutputFile.write(bytes, to: rows) }

    /// Puts the header in its place and makes the file appear under its name.
    /// - Precondition: `header.count` is the size reserved.
    mutating func commit(header: [UInt8] = []) throws(CommandError) {
        precondition(header.count == headerSize)
        if isSpooled {
            try OutputFile.write(header, to: target)
            try copySpool()
        } else if headerSize > 0 {
            let written = header.withUnsafeBytes { pwrite(target.number, $0.baseAddress, $0.count, headerOffset) }
            if written != headerSize {
                throw CommandError(.inputOutput, "cannot write to \(target.name): \(SystemError.current)")
            }
        }
        committed = true
        do throws(FileError) { try file?.commit() } catch {
            if error.operation == "rename" {
                throw CommandError(.cannotCreate, "cannot create \(target.name): \(error.error)")
            }
            throw CommandError(.inputOutput, "cannot write to \(target.name): \(error.error)")
        }
        if isSpooled { close(rows.number) }
    }

    /// The file itself goes with its object.
    private func discard() {
        if isSpooled { close(rows.number) }
    }

    private func copySpool() throws(CommandError) {
        lseek(rows.number, 0, SEEK_SET)
        let size = 1 << 18
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(rows.number, buffer, size)
            if count == 0 { return }
            if count < 0 {
                let error = SystemError.current
                if error.code == EINTR { continue }
                throw CommandError(.inputOutput, "cannot read \(rows.name): \(error)")
            }
            try target.write(UnsafeRawBufferPointer(start: buffer, count: count))
        }
    }

    private static func write(_ bytes: [UInt8], to target: Descriptor) throws(CommandError) {
        let failure: CommandError? = bytes.withUnsafeBytes { raw in
            do throws(CommandError) {
                try target.write(raw)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// An unnamed file: it is unlinked as soon as it is open, so that nothing can leave it behind.
    private static func openSpool() throws(CommandError) -> Descriptor {
        let directory = Environment.value(of: "TMPDIR") ?? "/tmp"
        var template = Array("\(directory)/anneal-spool-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        if number < 0 {
            throw CommandError(
                .cannotCreate, "cannot create a temporary file in \(directory): \(SystemError.current)",
                hint: "This format states the number of rows first; set TMPDIR, or use --output FILE.")
        }
        unlink(template)
        return Descriptor(number: number, name: "the temporary file in \(directory)")
    }
}

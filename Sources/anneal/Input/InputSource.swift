import AnnealPlatform

/// One input of a command: a file, or standard input for `-`.
struct InputSource {
    let path: Path?
    /// How messages call it.
    let name: String
    /// Size in bytes, if it is a regular file.
    let size: Int?

    /// Checks that the input is there and is no directory, so that a wrong name is told before long work begins.
    /// - Throws: ``CommandError`` with ``ExitStatus/noInput``.
    init(_ argument: String) throws(CommandError) {
        if argument == "-" {
            path = nil
            name = "standard input"
            // Where there is none, reading says so.
            let status = try? FileDescriptor.standardInput.status()
            size = status?.kind == .file ? status?.byteCount : nil
            return
        }
        let path = Path(argument: argument)
        let status: FileStatus
        do throws(FileError) {
            status = try Files.status(of: path)
            try Files.checkReadable(path)
        } catch {
            throw CommandError(.noInput, "cannot read \(path): \(error.error)")
        }
        if status.kind == .folder {
            throw CommandError(
                .noInput, "cannot read \(path): it is a directory", hint: "Name the files: \(path)/*.txt")
        }
        self.path = path
        name = "\(path)"
        size = status.kind == .file ? status.byteCount : nil
    }

    /// The inputs that a command line names; none means standard input.
    static func all(_ arguments: [String]) throws(CommandError) -> [InputSource] {
        if arguments.isEmpty {
            if FileDescriptor.standardInput.isTerminal {
                try? Descriptor.standardError.write("Reading lines from the terminal; end with control-D.\n")
            }
            return [try InputSource("-")]
        }
        var sources: [InputSource] = []
        for argument in arguments { sources.append(try InputSource(argument)) }
        return sources
    }

    /// Opens it for reading; the caller closes what is not standard input.
    func open() throws(CommandError) -> FileDescriptor {
        guard let path else { return .standardInput }
        do throws(FileError) { return try FileDescriptor.open(path, .read) } catch {
            throw CommandError(.noInput, "cannot read \(path): \(error.error)")
        }
    }

    /// The whole content, for inputs that are small by nature: rule files, assembly.
    func readAll() throws(CommandError) -> [UInt8] {
        let file = try open()
        // Nothing is written: closing has nothing to tell.
        defer { if file != .standardInput { try? file.close() } }
        do throws(SystemError) { return try file.readAll() } catch {
            throw CommandError(.inputOutput, "cannot read \(name): \(error)")
        }
    }
}

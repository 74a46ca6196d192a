import AnnealFormats
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
    init(_ argument: Path) throws(CommandError) {
        if argument == "-" {
            path = nil
            name = "standard input"
            // Where there is none, reading says so.
            let status = try? FileDescriptor.standardInput.status()
            size = status?.kind == .file ? status?.byteCount : nil
            return
        }
        let status: FileStatus
        do throws(FileError) {
            status = try Files.status(of: argument)
            try Files.checkReadable(argument)
        } catch {
            throw CommandError(.noInput, "cannot read \(argument): \(error.error)")
        }
        if status.kind == .folder {
            throw CommandError(
                .noInput, "cannot read \(argument): it is a directory",
                hint: "Name the files: \(argument)/*.txt")
        }
        path = argument
        name = "\(argument)"
        size = status.kind == .file ? status.byteCount : nil
    }

    /// The inputs that a command line names; none means standard input.
    static func all(_ arguments: [Path]) throws(CommandError) -> [InputSource] {
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

    /// The paths that others stand for: a folder for the files in it, in order of their names, but for hidden ones.
    static func paths(_ paths: [Path]) throws(CommandError) -> [Path] {
        var found: [Path] = []
        for path in paths {
            guard path != "-", (try? Files.status(of: path))?.kind == .folder else {
                found.append(path)
                continue
            }
            let names: [[UInt8]]
            do throws(FileError) { names = try Files.names(in: path) } catch {
                throw CommandError(.noInput, "cannot read \(path): \(error.error)")
            }
            found += names.filter { $0.first != UInt8(ascii: ".") }.map { path.appending($0) }.sorted()
        }
        return found
    }

    /// Opens it for reading; the caller closes what is not standard input.
    func open() throws(CommandError) -> FileDescriptor {
        guard let path else { return .standardInput }
        do throws(FileError) { return try FileDescriptor.open(path, .read) } catch {
            throw CommandError(.noInput, "cannot read \(path): \(error.error)")
        }
    }

    /// The whole content as text in UTF-8, for inputs that are small by nature: rules, assembly, lists.
    /// - Throws: ``CommandError`` if it cannot be read, or is no text: ``TextFile``.
    func readText() throws(CommandError) -> [UInt8] {
        let bytes = try readAll()
        do throws(FormatError) { return try TextFile.decode(bytes, path: path ?? Path(name)) } catch {
            throw CommandError(.malformedInput, "\(error)", hint: error.hint)
        }
    }

    /// The whole content.
    func readAll() throws(CommandError) -> [UInt8] {
        let file = try open()
        // Nothing is written: closing has nothing to tell.
        defer { if file != .standardInput { try? file.close() } }
        do throws(SystemError) { return try file.readAll() } catch {
            throw CommandError(.inputOutput, "cannot read \(name): \(error)")
        }
    }
}

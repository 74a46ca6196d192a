import CAnnealPlatform

/// What the process was told by its environment.
public enum Environment {
    public static func value(of name: String) -> String? { anneal_environment(name).map { String(cString: $0) } }

    /// Whether the variable is there and not empty.
    public static func isSet(_ name: String) -> Bool { value(of: name).map { !$0.isEmpty } ?? false }
}

/// The running program.
public enum RunningProcess {
    /// The arguments as the system gave them, the program's own name first; nil where the system does not tell them.
    ///
    /// `CommandLine` reads them from a file below `/proc`, which a container need not have: they would seem to be none.
    public static let arguments: [Path]? = {
        var count: Int32 = 0
        guard let values = anneal_arguments(&count) else {
            #if hasFeature(Embedded)
                return nil
            #else
                let found = CommandLine.arguments
                return found.isEmpty ? nil : found.map { Path($0) }
            #endif
        }
        return (0..<Int(count)).compactMap { index in values[index].map { Path(cString: $0) } }
    }()

    /// Hands the process over to another program.
    /// - Returns: only if that failed.
    public static func execute(_ path: Path, _ arguments: [[UInt8]]) -> SystemError {
        var values: [UnsafeMutablePointer<CChar>?] = arguments.map { argument in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: argument.count + 1)
            for (index, byte) in argument.enumerated() { copy[index] = CChar(bitPattern: byte) }
            copy[argument.count] = 0
            return copy
        }
        values.append(nil)
        defer { for value in values { value?.deallocate() } }
        let failure = path.withCString { path in
            values.withUnsafeMutableBufferPointer { anneal_execute(path, $0.baseAddress!) }
        }
        return SystemError(code: -failure)
    }

    public static func exit(_ status: Int32) -> Never { anneal_exit(status) }

    /// From now on writing to a pipe that nobody reads throws ``SystemError/closedPipe`` and does not end the process: for
    /// servers, whose clients go away.
    public static func ignoreClosedPipes() { anneal_ignore_closed_pipes() }

    /// Raises the number of files, and so of connections, that the process may have open, as far as it may go; many
    /// systems begin with 1,024.
    public static func raiseFileLimit() throws(SystemError) { try checked(anneal_raise_file_limit()) }
}

/// A command line that the shell runs.
public enum ShellCommand {
    public enum Ending: Hashable, Sendable {
        case exit(status: Int)
        case signal(Int)

        init(_ status: Int) { self = status < 256 ? .exit(status: status) : .signal(status - 256) }
    }

    /// Runs a command to its end.
    /// - Parameters:
    ///   - command: for `/bin/sh`.
    ///   - input: what it can read from standard input.
    /// - Returns: what it wrote to standard output, and how it ended.
    /// - Throws: what keeps it from being started, or its output from being read.
    public static func run(_ command: String, input: [UInt8]) throws(SystemError) -> (output: [UInt8], ending: Ending) {
        // A file without a name: it needs no thread that writes while this one reads.
        let folder = Path(Environment.value(of: "TMPDIR") ?? "/tmp")
        let file: FileDescriptor
        do throws(FileError) { file = try FileDescriptor.unnamed(in: folder) } catch { throw error.error }
        defer { try? file.close() }
        try file.write(input)
        try file.seek(to: 0)
        var number: Int32 = -1
        let started = try checked(command.withCString { anneal_shell_start($0, file.number, &number) })
        let pipe = FileDescriptor(number: number)
        let output: Result<[UInt8], SystemError>
        do throws(SystemError) { output = .success(try pipe.readAll()) } catch { output = .failure(error) }
        // Nothing was written to it. The command is waited for whatever reading came to.
        try? pipe.close()
        let status = Int(try checked(anneal_shell_wait(started)))
        return (try output.get(), Ending(status))
    }

    /// Runs a command that is not to be trusted: apart, with bounds, and without a place for its messages.
    /// - Parameters:
    ///   - input: what it reads.
    ///   - bytesMax: it is ended, with all that it started, when it has written so many bytes,
    ///   - secondsMax: or when it has run so long.
    /// - Returns: what it has written, and how it ended; nil if it was ended here.
    public static func run(
        _ command: String, input: FileDescriptor, bytesMax: Int, secondsMax: Double
    ) throws(SystemError) -> (output: [UInt8], ending: Ending?) {
        // Reserved and not filled: pages that the command does not fill are never there.
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytesMax, 1), alignment: 1)
        defer { room.deallocate() }
        var status: Int32 = 0
        // The buffer has a base: it is not empty.
        let count = Int(
            try checked(anneal_run(command, input.number, room.baseAddress!, room.count, secondsMax, &status)))
        return ([UInt8](room[..<count]), status < 0 ? nil : Ending(Int(status)))
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One input of a command: a file, or standard input for `-`.
struct InputSource {
    let path: String?
    /// How messages call it.
    let name: String
    /// Size in bytes, if it is a regular file.
    let size: Int?

    /// Checks that the input is there and is no directory, so that a wrong name is told before long work begins.
    /// - Throws: ``CommandError`` with ``ExitStatus/noInput``.
    init(_ argument: String) throws(CommandError) {
        var status = stat()
        if argument == "-" {
            path = nil
            name = "standard input"
            let isRegular = fstat(0, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            size = isRegular ? Int(status.st_size) : nil
            return
        }
        guard stat(argument, &status) == 0, access(argument, R_OK) == 0 else {
            throw CommandError(.noInput, "cannot read \(argument): \(SystemError.current)")
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw CommandError(
                .noInput, "cannot read \(argument): it is a directory", hint: "Name the files: \(argument)/*.txt")
        }
        path = argument
        name = argument
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// The inputs that a command line names; none means standard input.
    static func all(_ arguments: [String]) throws(CommandError) -> [InputSource] {
        if arguments.isEmpty {
            if isatty(0) == 1 {
                try? Descriptor.standardError.write("Reading lines from the terminal; end with control-D.\n")
            }
            return [try InputSource("-")]
        }
        var sources: [InputSource] = []
        for argument in arguments { sources.append(try InputSource(argument)) }
        return sources
    }

    /// Opens it for reading; the caller closes what is not standard input.
    func open() throws(CommandError) -> Int32 {
        guard let path else { return 0 }
        #if canImport(Glibc)
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        #elseif canImport(Musl)
            let descriptor = Musl.open(path, O_RDONLY | O_CLOEXEC)
        #else
            let descriptor = Darwin.open(path, O_RDONLY | O_CLOEXEC)
        #endif
        if descriptor < 0 { throw CommandError(.noInput, "cannot read \(path): \(SystemError.current)") }
        return descriptor
    }

    /// The whole content, for inputs that are small by nature: rule files, assembly.
    func readAll() throws(CommandError) -> [UInt8] {
        let descriptor = try open()
        defer { if descriptor > 2 { close(descriptor) } }
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &block, block.count)
            if count == 0 { return content }
            if count < 0 {
                let error = SystemError.current
                if error.code == EINTR { continue }
                throw CommandError(.inputOutput, "cannot read \(name): \(error)")
            }
            content.append(contentsOf: block[..<count])
        }
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open file descriptor and the name it has in messages. It does not own the descriptor.
struct Descriptor {
    static let standardOutput = Descriptor(number: 1, name: "standard output")
    static let standardError = Descriptor(number: 2, name: "standard error")

    let number: Int32
    let name: String

    /// Whether a person is looking at it.
    var isTerminal: Bool { isatty(number) == 1 }

    /// Whether what looks at it understands colours and moving of the cursor.
    var obeysEscapes: Bool { isTerminal && Environment.value(of: "TERM") != "dumb" }

    /// Writes all bytes.
    /// - Throws: ``CommandError`` with ``ExitStatus/closedPipe`` if the reader has gone, otherwise with
    ///   ``ExitStatus/inputOutput`` and the system's reason.
    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
        var offset = 0
        while offset < bytes.count {
            #if canImport(Glibc)
                let written = Glibc.write(number, bytes.baseAddress! + offset, bytes.count - offset)
            #elseif canImport(Musl)
                let written = Musl.write(number, bytes.baseAddress! + offset, bytes.count - offset)
            #else
                let written = Darwin.write(number, bytes.baseAddress! + offset, bytes.count - offset)
            #endif
            if written >= 0 {
                offset += written
                continue
            }
            let error = SystemError.current
            if error.code == EINTR { continue }
            if error.code == EAGAIN {
                // A shell may have left the terminal or pipe non-blocking: wait until it takes more.
                var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                _ = poll(&entry, 1, -1)
                continue
            }
            if error.code == EPIPE { throw CommandError(.closedPipe, "") }
            throw CommandError(.inputOutput, "cannot write to \(name): \(error)")
        }
    }

    /// Writes a string as UTF-8.
    func write(_ text: String) throws(CommandError) {
        var text = text
        let failure: CommandError? = text.withUTF8 { utf8 in
            do throws(CommandError) {
                try write(UnsafeRawBufferPointer(utf8))
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}

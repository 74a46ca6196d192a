import AnnealPlatform

/// An open file and the name it has in messages. It does not own the file.
struct Descriptor {
    static let standardOutput = Descriptor(file: .standardOutput, name: "standard output")
    static let standardError = Descriptor(file: .standardError, name: "standard error")

    let file: FileDescriptor
    let name: String

    /// Whether a person is looking at it.
    var isTerminal: Bool { file.isTerminal }

    /// Whether what looks at it understands colours and moving of the cursor.
    var obeysEscapes: Bool { isTerminal && Environment.value(of: "TERM") != "dumb" }

    /// Writes all bytes.
    /// - Throws: ``CommandError`` with ``ExitStatus/closedPipe`` if the reader has gone, otherwise with
    ///   ``ExitStatus/inputOutput`` and the system's reason.
    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
        do throws(SystemError) { try file.write(bytes) } catch { throw failure(error) }
    }

    func write(_ bytes: [UInt8]) throws(CommandError) {
        do throws(SystemError) { try file.write(bytes) } catch { throw failure(error) }
    }

    /// Writes a string as UTF-8.
    func write(_ text: String) throws(CommandError) { try write(Array(text.utf8)) }

    /// What became of writing.
    func failure(_ error: SystemError) -> CommandError {
        error == .closedPipe
            ? CommandError(.closedPipe, "") : CommandError(.inputOutput, "cannot write to \(name): \(error)")
    }
}

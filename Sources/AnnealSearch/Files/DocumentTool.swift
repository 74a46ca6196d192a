import AnnealPlatform

/// A program that reads a kind of documents which this one does not read itself. It has the file as its input, bounded time
/// and memory, and what it writes is bounded: a small file may unpack to a very large one.
struct DocumentTool {
    let name: String
    private let install: String
    /// For the shell; ends with 127 if there is no such program.
    private let command: String
    /// Exit statuses with which it has read the file.
    private let succeeding: Set<Int>

    private static let bytesMax = FileWalk.bytesMax
    private static let secondsMax = 60
    private static let memoryKilobytesMax = 4 << 20

    static let pdf = DocumentTool(
        name: "pdftotext", install: "install poppler-utils (Debian, Fedora) or poppler (Homebrew)",
        command: "exec pdftotext -q -enc UTF-8 -nopgbrk /dev/stdin -", succeeding: [0])

    /// What reads the main part out of the archive that a Word document is. `unzip` ends with 1 after a warning.
    static let word = DocumentTool(
        name: "unzip", install: "install unzip or python3",
        command: """
            command -v unzip >/dev/null && exec unzip -p /dev/stdin word/document.xml
            command -v python3 >/dev/null || exit 127
            exec python3 -c 'import shutil, sys, zipfile
            shutil.copyfileobj(zipfile.ZipFile("/dev/stdin").open("word/document.xml"), sys.stdout.buffer)'
            """, succeeding: [0, 1])

    /// Reads a file.
    func read(_ file: FileDescriptor) throws(SystemError) -> Result<String, PassedOverFile.Reason> {
        let limits = "ulimit -t \(DocumentTool.secondsMax); ulimit -v \(DocumentTool.memoryKilobytesMax)\n"
        let (output, ending) = try ShellCommand.run(
            limits + command, input: file, bytesMax: DocumentTool.bytesMax + 1,
            secondsMax: Double(DocumentTool.secondsMax))
        func failed(_ message: String) -> Result<String, PassedOverFile.Reason> {
            .failure(.toolFailed(name: name, message: message))
        }
        switch ending {
        case nil where output.count > DocumentTool.bytesMax:
            return failed("expected at most \(DocumentTool.bytesMax) bytes of text, found more")
        case nil: return failed("expected it to end in \(DocumentTool.secondsMax) seconds, stopped it")
        case .exit(status: 127): return .failure(.noTool(name: name, install: install))
        case .signal(let number): return failed("cannot read the file (signal \(number))")
        case .exit(let status) where !succeeding.contains(status) || status != 0 && output.isEmpty:
            return failed("cannot read the file (exit status \(status))")
        case .exit: return .success(String(decoding: output, as: UTF8.self))
        }
    }
}

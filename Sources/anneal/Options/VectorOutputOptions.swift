import AnnealFormats
import AnnealPlatform
import ArgumentParser

/// Where vectors go, and in which format.
struct VectorOutputOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: "The format. Default: by the ending of --output, otherwise text.")
    var format: VectorFormat?
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The file to write, which appears whole or not at all; '-' or none is standard output.",
            valueName: "path"),
        completion: .file())
    var output: Path?

    var goesToStandardOutput: Bool { output == nil || output == "-" }

    /// The writer of the format.
    /// - Throws: ``CommandError`` for a format that is not known or cannot be written, or that is nothing for a terminal.
    func writer() throws(CommandError) -> VectorFormat.Writer {
        let format: VectorFormat
        if let named = self.format { format = named } else { format = try output.map(Self.format(for:)) ?? .text }
        guard let writer = format.writer else {
            throw CommandError(.usage, "--format: expected a format that can be written, found \(format.name)")
        }
        if writer.isBinary, goesToStandardOutput, Descriptor.standardOutput.isTerminal {
            throw CommandError(
                .usage, "\(format.name) is binary and standard output is a terminal",
                hint: "Use --output FILE, or --format text.")
        }
        return writer
    }

    /// The format that a file's ending asks for.
    private static func format(for path: Path) throws(CommandError) -> VectorFormat {
        if path == "-" { return .text }
        if let format = VectorFormat.forWriting(path) { return format }
        let known = VectorFormat.written.flatMap { $0.writer?.endings ?? [] }.map { ".\($0)" }.joined(separator: ", ")
        throw CommandError(
            .usage, "--output: expected a name that ends in \(known), found \"\(path)\"",
            hint: "Or say the format with --format.")
    }
}

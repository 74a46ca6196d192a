import AnnealPlatform
import ArgumentParser

/// Where a command that works line by line finds its texts.
struct LineOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Files of texts, one a line; '-' or none is standard input.", valueName: "file"),
        completion: .file())
    var files: [Path] = []

    @Option(
        help: ArgumentHelp(
            "Read JSONL: each line is an object, and the text is this field of it. An empty line is an empty text.",
            valueName: "name"))
    var field: String?
}

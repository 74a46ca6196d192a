import AnnealPlatform

/// Says what went wrong on standard error and ends the process with the error's status.
///
/// A closed pipe is no message: the reader has seen enough, as in `anneal embed | head`.
func fail(_ error: CommandError) -> Never {
    if error.status != .closedPipe, error.status != .nothingFound {
        var text = "anneal: \(error.description)\n"
        if let hint = error.hint { text += "        \(hint)\n" }
        try? Descriptor.standardError.write(text)
    }
    RunningProcess.exit(error.status.rawValue)
}

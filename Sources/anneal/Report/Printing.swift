import AnnealJSON

/// Prints lines on standard output in one write.
func show(_ lines: [String]) throws(CommandError) {
    try Descriptor.standardOutput.write(lines.joined(separator: "\n") + "\n")
}

/// Prints JSON on standard output, with a line feed behind it.
func show(_ json: JSONText) throws(CommandError) {
    try Descriptor.standardOutput.write(json.text + "\n")
}

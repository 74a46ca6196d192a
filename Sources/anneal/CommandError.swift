/// An error that ends a command: what is said on standard error and the status the process exits with.
struct CommandError: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String
    /// A second line that says what to do about it.
    let hint: String?

    init(_ status: ExitStatus, _ description: String, hint: String? = nil) {
        self.status = status
        self.description = description
        self.hint = hint
    }
}

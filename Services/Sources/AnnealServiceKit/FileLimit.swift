import AnnealPlatform

/// The number of files, and so of connections, that the process may have open.
public enum FileLimit {
    /// Raises it as far as it may go; many systems begin with 1,024.
    public static func raise() {
        // Where it is refused the limit stays what it was, and connections beyond it wait.
        try? RunningProcess.raiseFileLimit()
    }
}

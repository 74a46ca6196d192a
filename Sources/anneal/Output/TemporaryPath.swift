#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The half-written file of this process, which a signal must not leave behind.
///
/// A command writes at most one output file, so one path is enough. The handler only calls `unlink`, `signal` and
/// `raise`, which are safe in a signal handler.
enum TemporaryPath {
    nonisolated(unsafe) private static var pending: UnsafeMutablePointer<CChar>?
    private static let signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]

    /// Remembers `path` until ``forget()``, and removes the file if the process is told to end before that.
    static func remember(_ path: String) {
        precondition(pending == nil, "one output file a process")
        pending = strdup(path)
        for number in signals {
            // A signal that the parent told us to ignore (nohup) stays ignored.
            let previous = signal(number, SIG_IGN)
            if unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
            signal(number) { number in
                if let path = TemporaryPath.pending { unlink(path) }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        // A limit on the size of files then is an error of the write, and not the end of the process.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// The file is complete, or already removed. Its name is not freed: a handler on another thread may be reading it.
    static func forget() { pending = nil }
}

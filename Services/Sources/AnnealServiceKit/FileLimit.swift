#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The number of files, and so of connections, that the process may have open.
public enum FileLimit {
    /// Raises it as far as it may go; many systems begin with 1,024.
    public static func raise() {
        var limit = rlimit()
        #if canImport(Glibc)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        guard getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Where it is refused the limit stays what it was, and connections beyond it wait.
        _ = setrlimit(files, &limit)
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The value of `errno` right after a call that failed, with its text.
struct SystemError: CustomStringConvertible {
    let code: Int32

    /// Takes the calling thread's `errno`.
    static var current: SystemError { SystemError(code: errno) }

    var description: String { String(cString: strerror(code)) }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the process was told by its environment.
enum Environment {
    static func value(of name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Whether the variable is there and not empty.
    static func isSet(_ name: String) -> Bool { value(of: name).map { !$0.isEmpty } ?? false }
}

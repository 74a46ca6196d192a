import CPostgres
import Foundation

/// libpq, PostgreSQL's client library, loaded when it is first asked for: programs that keep their indexes in files need
/// none.
struct PostgresLibrary {
    let functions: postgres_library

    /// Names the library's file where the dynamic linker does not find it.
    static let variable = "ANNEAL_LIBPQ"

    #if os(macOS)
        static let names = [
            "libpq.5.dylib", "/opt/homebrew/opt/libpq/lib/libpq.5.dylib", "/usr/local/opt/libpq/lib/libpq.5.dylib",
        ]
    #else
        static let names = ["libpq.so.5"]
    #endif

    /// Loads the library that the environment names, or the first that is found.
    static func load() throws(IndexError) -> PostgresLibrary {
        let named = ProcessInfo.processInfo.environment[variable].map { [$0] }
        return try PostgresLibrary(anyOf: named ?? names)
    }

    /// - Throws: ``IndexError/noLibrary(message:)``.
    init(anyOf names: [String]) throws(IndexError) {
        var reasons: [String] = []
        for name in names {
            var message = [CChar](repeating: 0, count: 512)
            // All of it is set where the load succeeds, and it is used nowhere else.
            let library = withUnsafeTemporaryAllocation(of: postgres_library.self, capacity: 1) { place in
                postgres_library_load(name, place.baseAddress!, &message, message.count) ? place[0] : nil
            }
            if let library {
                functions = library
                return
            }
            reasons.append(message.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
        }
        throw .noLibrary(message: reasons.joined(separator: "; "))
    }
}

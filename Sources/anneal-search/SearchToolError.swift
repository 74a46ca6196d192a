import AnnealPlatform
import AnnealSearch

/// An error that ends the command: its message and the process's exit status, after BSD's `sysexits.h`.
struct SearchToolError: Error {
    let status: Int32
    let message: String

    init(status: Int32, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: IndexError) {
        let status: Int32 =
            switch error {
            case .notFound: 66
            case .unreadable: 66
            case .notAnIndex, .newerVersion, .otherModel, .otherStorage, .codec, .damaged: 65
            case .full, .busy, .store, .lost: 74
            case .engine, .noLibrary, .unreachable, .noExtension: 69
            case .address: 64
            }
        self.init(status: status, "\(error)")
    }

    /// Says what went wrong on standard error and ends the process.
    func end() -> Never {
        FileDescriptor.standardError.tell("anneal-search: \(message)\n")
        RunningProcess.exit(status)
    }
}

import AnnealPlatform
import ArgumentParser

/// How many threads a command uses. The number changes the time and no bit of the result.
struct ThreadOptions: ParsableArguments {
    static let most = 256

    @Option(name: [.short, .long], help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?

    /// Threads to use. Beyond eight, reading and writing are the limit, so the default stops there.
    var count: Int { threads ?? min(8, WorkerThread.available) }

    func validate() throws {
        if let threads, !(1...ThreadOptions.most).contains(threads) {
            throw ValidationError("--threads must be 1...\(ThreadOptions.most), found \(threads).")
        }
    }
}

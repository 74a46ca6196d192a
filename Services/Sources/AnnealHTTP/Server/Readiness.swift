import ServiceLifecycle
import Synchronization

/// Whether new requests are welcome: until the service is asked to end.
///
/// As a service it ends before the server does, and by `delay` later than it was asked to, so that who balances the load
/// can see it and send requests elsewhere first.
final class Readiness: Service {
    private let isEnding = Atomic<Bool>(false)
    private let delay = Mutex(Duration.zero)

    var isReady: Bool { !isEnding.load(ordering: .relaxed) }

    func run() async throws {
        try await gracefulShutdown()
        isEnding.store(true, ordering: .relaxed)
        try await Task.sleep(for: delay.withLock { $0 })
    }

    func wait(seconds: Int) { delay.withLock { $0 = .seconds(seconds) } }
}

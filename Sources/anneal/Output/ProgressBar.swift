import AnnealPlatform

/// How far long work has come, on standard error, if a person looks at it and the work takes longer than a second.
final class ProgressBar {
    private let isShown: Bool
    private var total: Int?
    private var startTime = 0.0
    private var lastTime = 0.0
    private var isDrawn = false

    /// - Parameter isQuiet: never draw.
    init(isQuiet: Bool = false) {
        isShown = !isQuiet && Descriptor.standardError.obeysEscapes
    }

    func start(total: Int?) {
        self.total = total
        startTime = MonotonicClock.seconds
        lastTime = startTime
    }

    func update(done: Int) {
        guard isShown else { return }
        let now = MonotonicClock.seconds
        guard now - startTime > 1, now - lastTime > 0.1 else { return }
        lastTime = now
        isDrawn = true
        let rate = Double(done) / (now - startTime)
        let megabytes = ProgressBar.fixed(Double(done) / 1e6)
        var text = "\r\u{1B}[K"
        if let total, total > 0 {
            let share = min(1, Double(done) / Double(total))
            let filled = Int(share * 30)
            let left = Int(max(0, Double(total - done) / max(rate, 1)))
            text += "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled) + "] "
            text += "\(Int(share * 100)) %, \(megabytes) MB, \(left) s left"
        } else {
            text += "\(megabytes) MB, \(ProgressBar.fixed(rate / 1e6)) MB/s"
        }
        try? Descriptor.standardError.write(text)
    }

    func finish() {
        if isDrawn { try? Descriptor.standardError.write("\r\u{1B}[K") }
    }

    private static func fixed(_ value: Double) -> String { Decimal.string(value, places: 1) }
}

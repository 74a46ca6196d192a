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

    /// Shows a line of text, for work that is not counted in bytes.
    func update(_ text: @autoclosure () -> String) {
        if isDue() { draw(text()) }
    }

    func update(done: Int) {
        guard isDue() else { return }
        let rate = Double(done) / max(1e-9, lastTime - startTime)
        let megabytes = ProgressBar.fixed(Double(done) / 1e6)
        var text = ""
        if let total, total > 0 {
            let share = min(1, Double(done) / Double(total))
            let filled = Int(share * 30)
            let left = Int(max(0, Double(total - done) / max(rate, 1)))
            text += "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled) + "] "
            text += "\(Int(share * 100)) %, \(megabytes) MB, \(left) s left"
        } else {
            text += "\(megabytes) MB, \(ProgressBar.fixed(rate / 1e6)) MB/s"
        }
        draw(text)
    }

    /// Whether it is time to draw.
    private func isDue() -> Bool {
        guard isShown else { return false }
        let now = MonotonicClock.seconds
        guard now - startTime > 1, now - lastTime > 0.1 else { return false }
        lastTime = now
        return true
    }

    private func draw(_ text: String) {
        isDrawn = true
        try? Descriptor.standardError.write("\r\u{1B}[K" + text)
    }

    func finish() {
        if isDrawn { try? Descriptor.standardError.write("\r\u{1B}[K") }
    }

    private static func fixed(_ value: Double) -> String { Decimal.string(value, places: 1) }
}

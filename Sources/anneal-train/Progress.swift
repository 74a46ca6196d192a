import AnnealPlatform
import Foundation

/// Lines on standard error that say how far long work has come: drawn over each other on a terminal, one every
/// half minute elsewhere.
final class Progress {
    private let began = Date()
    private var last = Date.distantPast
    private let isTerminal = FileDescriptor.standardError.isTerminal
    private var isDrawn = false

    /// Says what is done and how long the rest will take.
    /// - Parameters:
    ///   - fresh: of `done`, what was done since this began; the rest was there before and says nothing of the speed.
    func update(_ what: String, done: Int, of total: Int, fresh: Int? = nil) {
        let now = Date()
        guard now.timeIntervalSince(last) >= (isTerminal ? 0.2 : 30) else { return }
        last = now
        let speed = Double(fresh ?? done) / max(1e-9, now.timeIntervalSince(began))
        var line = "\(what): \(done) of \(total)"
        if total > 0 { line += " (\(100 * done / total) %)" }
        if speed > 0 {
            let left = Int(Double(total - done) / speed)
            line += ", \(Int(speed.rounded())) a second, "
            line += left >= 120 ? "\(left / 60) minutes left" : "\(left) s left"
        }
        write(line)
    }

    /// Says something that stays.
    func log(_ line: String) {
        let seconds = Int(Date().timeIntervalSince(began))
        clear()
        let time = "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
        FileHandle.standardError.write(Data("[\(time)] \(line)\n".utf8))
    }

    /// Takes the line that is drawn away.
    func clear() {
        if isDrawn { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        isDrawn = false
    }

    private func write(_ line: String) {
        isDrawn = isTerminal
        FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[K" + line : line + "\n").utf8))
    }
}

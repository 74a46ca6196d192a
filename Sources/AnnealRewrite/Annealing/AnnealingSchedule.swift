/// How sharply bids are told apart and how much noise their scores get, from the first step (soft) to the last (hard).
///
/// Both change linearly with the step and stay at the end value after `steps`. Integers only, so that the same seed gives
/// the same choices on every machine. The text form round-trips: `sharpness=64..256,noise=2000..0,steps=64`.
public struct AnnealingSchedule: Hashable, Sendable {
    /// Factor of the score, in 256ths: 256 leaves it as it is.
    public var sharpnessStart: Int32
    public var sharpnessEnd: Int32
    /// Amplitude of the noise that is added, in units of score.
    public var noiseStart: Int32
    public var noiseEnd: Int32
    /// Steps from start to end; at least 1.
    public var steps: Int32

    /// - Precondition: no value is negative, and there is at least one step.
    public init(
        sharpnessStart: Int32, sharpnessEnd: Int32, noiseStart: Int32, noiseEnd: Int32, steps: Int32
    ) {
        precondition(sharpnessStart >= 0 && sharpnessEnd >= 0 && noiseStart >= 0 && noiseEnd >= 0 && steps >= 1)
        self.sharpnessStart = sharpnessStart
        self.sharpnessEnd = sharpnessEnd
        self.noiseStart = noiseStart
        self.noiseEnd = noiseEnd
        self.steps = steps
    }

    /// Reads the text form; nil when it is not one.
    public init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, let sharpness = Self.range(parts[0], "sharpness="),
            let noise = Self.range(parts[1], "noise="), parts[2].hasPrefix("steps="),
            let steps = Self.number(parts[2].dropFirst(6)), steps >= 1
        else { return nil }
        self.init(
            sharpnessStart: sharpness.0, sharpnessEnd: sharpness.1, noiseStart: noise.0, noiseEnd: noise.1, steps: steps
        )
    }

    private static func range(_ text: Substring, _ name: String) -> (Int32, Int32)? {
        guard text.hasPrefix(name) else { return nil }
        let ends = text.dropFirst(name.count).split(separator: ".", omittingEmptySubsequences: false)
        guard ends.count == 3, ends[1].isEmpty, let start = number(ends[0]), let end = number(ends[2]) else {
            return nil
        }
        return (start, end)
    }

    /// Digits only, and no leading zero: one text for one number.
    private static func number(_ text: Substring) -> Int32? {
        guard text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), text == "0" || text.utf8.first != 48 else { return nil }
        return Int32(text)
    }

    func sharpness(at step: Int) -> Int64 { interpolate(sharpnessStart, sharpnessEnd, step) }
    func noise(at step: Int) -> Int64 { interpolate(noiseStart, noiseEnd, step) }

    private func interpolate(_ start: Int32, _ end: Int32, _ step: Int) -> Int64 {
        let step = min(Int64(step), Int64(steps))
        return Int64(start) + (Int64(end) - Int64(start)) * step / Int64(steps)
    }
}

extension AnnealingSchedule: CustomStringConvertible {
    public var description: String {
        "sharpness=\(sharpnessStart)..\(sharpnessEnd),noise=\(noiseStart)..\(noiseEnd),steps=\(steps)"
    }
}

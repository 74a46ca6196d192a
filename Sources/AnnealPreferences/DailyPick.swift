import AnnealPlatform

/// A day of the calendar, as days since 1970-01-01.
public struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int

    public init(number: Int) { self.number = number }

    public init(year: Int, month: Int, day: Int) {
        // Years that begin in March, so that the leap day is the last: Hinnant, chrono-compatible low-level date algorithms.
        let year = month > 2 ? year : year - 1
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        number = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Reads `2026-11-30`.
    /// - Throws: ``PreferenceError/date(_:)`` for other texts, and for days that the calendar does not have.
    public init(_ text: String) throws(PreferenceError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 0
        else { throw .date(text) }
        self.init(year: year, month: month, day: day)
        // A day or month too many would print as another.
        guard (1...12).contains(month), description == text else { throw .date(text) }
    }

    public var description: String {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func padded(_ value: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - "\(value)".count)) + "\(value)"
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

/// The word of a day.
public struct DailyPick: Hashable, Sendable {
    public let concept: Int
    /// Why it was picked: how well it fits what is liked; nil if it was drawn from all words.
    public let fit: Ranked?

    /// A word does not come again for so many days.
    public static let restDays = 366
    /// Of so many days one has a word from the whole list, so that more can be learned of what is liked.
    static let exploringDays = 5
    /// Else the word is one of so many that fit best.
    static let pool = 40

    /// Picks the word of a day. The same arguments give the same word.
    ///
    /// With nothing liked yet, and on a fifth of all days, each known word is as likely. On the others it is one of the 40
    /// that fit best and differ from each other, each as likely.
    /// - Parameters:
    ///   - preference: what is liked so far; nil for nothing.
    ///   - excluded: what was picked within a year or has an opinion already.
    /// - Complexity: O(concepts · dimension), or 40 times that.
    /// - Throws: ``PreferenceError/exhausted(day:count:)``.
    public static func choose(
        _ day: Day, seed: UInt64, preference: Preference?, _ space: ConceptSpace, without excluded: Set<Int>
    ) throws(PreferenceError) -> DailyPick {
        var random = SplitMix64(seed: seed, stream: day.number)
        let explores = random.below(exploringDays) == 0
        if let preference, !explores {
            let pool = preference.diverse(space, count: pool, without: excluded)
            guard !pool.isEmpty else { throw .exhausted(day: "\(day)", count: space.count) }
            let taken = pool[random.below(pool.count)]
            return DailyPick(concept: taken.concept, fit: taken)
        }
        let opinions = Set((preference.map { $0.liked + $0.disliked } ?? []).compactMap(\.concept))
        let left = (0..<space.count).filter {
            !excluded.contains($0) && !opinions.contains($0) && space.isKnown($0)
        }
        guard !left.isEmpty else { throw .exhausted(day: "\(day)", count: space.count) }
        return DailyPick(concept: left[random.below(left.count)], fit: nil)
    }
}

/// The headings that a place stands under, from the outermost.
struct HeadingPath {
    private var headings: [(level: Int, text: String)] = []

    /// A heading closes those of its level and below.
    mutating func enter(level: Int, _ text: some StringProtocol) {
        headings.removeAll { $0.level >= level }
        if !text.isEmpty { headings.append((level, String(text))) }
    }

    var text: String { headings.map(\.text).joined(separator: " > ") }
}

import AnnealPlatform

/// Colour for terminals. Off when standard output is no terminal that obeys escape sequences, or `NO_COLOR` is set and
/// not empty (no-color.org).
struct Style {
    let isColoured: Bool

    static var standardOutput: Style {
        Style(isColoured: Descriptor.standardOutput.obeysEscapes && !Environment.isSet("NO_COLOR"))
    }

    func heading(_ text: String) -> String { paint(text, "1") }
    func quiet(_ text: String) -> String { paint(text, "2") }
    func added(_ text: String) -> String { paint(text, "32") }
    func removed(_ text: String) -> String { paint(text, "31") }
    func name(_ text: String) -> String { paint(text, "36") }

    private func paint(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

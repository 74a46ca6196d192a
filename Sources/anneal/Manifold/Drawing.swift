/// A picture in SVG that grows from back to front. Places are in pixels from the upper left.
struct Drawing {
    /// Colours that are told apart, also by those who see few: Okabe and Ito 2008, without black and yellow.
    private static let palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]

    let width: Double
    let height: Double
    private var elements = ""

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// The colour of one of many things: the palette, then hues a golden angle apart.
    static func colour(_ index: Int) -> String {
        if index < palette.count { return palette[index] }
        return "hsl(\((index * 137 + 20) % 360),60%,45%)"
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String, width: Double = 1) {
        elements += "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" "
        elements += "y2=\"\(Self.number(y2))\" stroke=\"\(colour)\" stroke-width=\"\(Self.number(width))\"/>\n"
    }

    mutating func path(_ points: [(x: Double, y: Double)], _ colour: String, width: Double = 1, opacity: Double = 1) {
        let places = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        elements += "<polyline points=\"\(places)\" fill=\"none\" stroke=\"\(colour)\" "
        elements += "stroke-width=\"\(Self.number(width))\" stroke-opacity=\"\(Self.number(opacity))\"/>\n"
    }

    mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: String) {
        elements += "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
        elements += "height=\"\(Self.number(height))\" fill=\"\(colour)\"/>\n"
    }

    /// - Parameter title: what a browser shows when the pointer rests on it.
    mutating func dot(
        _ x: Double, _ y: Double, radius: Double, _ colour: String, opacity: Double = 1, title: String? = nil
    ) {
        elements += "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" "
        elements += "fill=\"\(colour)\" fill-opacity=\"\(Self.number(opacity))\""
        elements += title.map { "><title>\(Self.escaped($0))</title></circle>\n" } ?? "/>\n"
    }

    mutating func text(_ x: Double, _ y: Double, _ text: String, size: Double = 12, anchor: String = "start") {
        elements += "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(Self.number(size))\" "
        elements += "text-anchor=\"\(anchor)\">\(Self.escaped(text))</text>\n"
    }

    /// The file.
    var svg: String {
        let size = "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\""
        return
            "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" "
            + "font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + elements
            + "</svg>\n"
    }

    /// Tenths of a pixel are enough, and make files small.
    private static func number(_ value: Double) -> String { Decimal.string(value, places: 1) }

    /// Text from outside: no markup, and no character that XML 1.0 does not have.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\t", "\n", "\r": escaped += " "
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

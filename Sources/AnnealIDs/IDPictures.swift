import AnnealCodes
import AnnealPlatform

/// Pictures of a model of IDs, as SVG.
public enum IDPictures {
    private static let font = "font-family='sans-serif' font-size='11'"

    /// For each level how often each digit is used, the most frequent first, beside equal use.
    public static func usage(of model: IDModel) -> String {
        let (width, height, left) = (640.0, 120.0, 130.0)
        var body = ""
        for (level, counts) in model.usage.enumerated() {
            let top = Double(level) * (height + 30) + 20
            let sorted = counts.sorted(by: >)
            let total = Double(max(1, counts.reduce(0, +)))
            let most = Double(max(1, sorted[0]))
            let bar = width / Double(counts.count)
            for (index, count) in sorted.enumerated() {
                let tall = height * Double(count) / most
                body += "<rect x='\(number(left + Double(index) * bar))' y='\(number(top + height - tall))' "
                body += "width='\(number(max(0.3, bar - 1)))' height='\(number(tall))' fill='#4477aa'/>\n"
            }
            let even = top + height - height * total / Double(counts.count) / most
            body += "<line x1='\(number(left))' x2='\(number(left + width))' y1='\(number(even))' y2='\(number(even))' "
            body += "stroke='#cc3311' stroke-dasharray='4 3'/>\n"
            let lines = [
                "digit \(level + 1)", "\(counts.count) words", "\(counts.count { $0 == 0 }) unused",
                "perplexity \(number(IDMeasurement.perplexity(counts)))",
            ]
            for (line, text) in lines.enumerated() {
                body += "<text x='8' y='\(number(top + 14 + 15 * Double(line)))' \(font)>\(text)</text>\n"
            }
        }
        let full = Double(model.usage.count) * (height + 30) + 30
        return svg(width: left + width + 10, height: full, body)
    }

    /// The first digits in the plane of the first two principal components of their words.
    public static func map(of model: IDModel) -> String {
        let (width, height, margin) = (1000.0, 700.0, 70.0)
        let size = model.sizes[0]
        let counts = (0..<size).map { Double(model.count(of: SemanticID(digits: [$0])) ?? 0) }
        let total = max(1, counts.reduce(0, +))
        var places = plane(model)
        for axis in 0...1 {
            let (low, high) = (places.map { $0[axis] }.min() ?? 0, places.map { $0[axis] }.max() ?? 0)
            let room = (axis == 0 ? width : height) - 2 * margin
            for index in places.indices {
                places[index][axis] = margin + (high > low ? (places[index][axis] - low) / (high - low) : 0.5) * room
            }
        }
        // A third of the picture is circles.
        let radii = counts.map { max(4, (0.33 * width * height * $0 / total / 3.14159).squareRoot()) }
        separate(&places, radii, width: width, height: height)
        var body = ""
        for index in 0..<size {
            let prefix = SemanticID(digits: [index])
            let name = model.name(of: prefix)
            let pure = max(name?.purity ?? 0, name?.categoryPurity ?? 0)
            let (x, y) = (places[index][0], places[index][1])
            body += "<circle cx='\(number(x))' cy='\(number(y))' r='\(number(radii[index]))' fill='#4477aa' "
            body += "fill-opacity='\(number(0.1 + 0.5 * pure))' stroke='#4477aa'>"
            body +=
                "<title>\(escape("\(index): \(Int(counts[index])) texts, \(name.map { "\($0)" } ?? "")"))</title></circle>\n"
            let isMixed = name?.isMixed ?? true
            let lines = ["\(index)"] + (isMixed ? ["mixed"] : Array((name?.words ?? []).prefix(2)))
            for (line, text) in lines.enumerated() {
                let at = y + 4 + 12 * (Double(line) - Double(lines.count - 1) / 2)
                body += "<text x='\(number(x))' y='\(number(at))' text-anchor='middle' \(font)"
                body += line == 0 ? " font-weight='bold'>" : ">"
                body += "\(escape(text))</text>\n"
            }
        }
        return svg(width: width, height: height, body)
    }

    /// The two coordinates of each word of the first level.
    private static func plane(_ model: IDModel) -> [[Double]] {
        let (size, dimension) = (model.sizes[0], model.dimension)
        var word = [Float](repeating: 0, count: dimension)
        var words = (0..<size).map { digit -> [Double] in
            word.withUnsafeMutableBufferPointer { model.quantizer.decode([digit], into: $0.baseAddress!) }
            return word.map(Double.init)
        }
        for column in 0..<dimension {
            let mean = words.reduce(0) { $0 + $1[column] } / Double(size)
            for index in 0..<size { words[index][column] -= mean }
        }
        // Of the words' products with each other, which are fewer than the numbers of a word: the eigenvectors are the
        // coordinates.
        var products = [Double](repeating: 0, count: size * size)
        for one in 0..<size {
            for other in 0...one {
                let product = zip(words[one], words[other]).reduce(0) { $0 + $1.0 * $1.1 }
                products[one * size + other] = product
                products[other * size + one] = product
            }
        }
        let (values, vectors) = SymmetricEigen.decompose(products, size: size)
        return (0..<size).map { index in
            (0...1).map { axis in axis < size ? vectors[axis * size + index] * max(0, values[axis]).squareRoot() : 0 }
        }
    }

    /// Moves circles that overlap apart, and all of them inside.
    private static func separate(_ places: inout [[Double]], _ radii: [Double], width: Double, height: Double) {
        for _ in 0..<400 {
            var isMoved = false
            for one in places.indices {
                for other in places.indices where other > one {
                    let (x, y) = (places[other][0] - places[one][0], places[other][1] - places[one][1])
                    let apart = (x * x + y * y).squareRoot()
                    let short = radii[one] + radii[other] + 2 - apart
                    guard short > 0 else { continue }
                    isMoved = true
                    // Where both are in one place, to either side.
                    let (right, down) = apart > 1e-6 ? (x / apart, y / apart) : (1, 0)
                    places[one][0] -= right * short / 2
                    places[one][1] -= down * short / 2
                    places[other][0] += right * short / 2
                    places[other][1] += down * short / 2
                }
            }
            for index in places.indices {
                places[index][0] = max(radii[index] + 2, min(width - radii[index] - 2, places[index][0]))
                places[index][1] = max(radii[index] + 2, min(height - radii[index] - 2, places[index][1]))
            }
            if !isMoved { return }
        }
    }

    private static func svg(width: Double, height: Double, _ body: String) -> String {
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 \(number(width)) \(number(height))'>\n"
            + "<rect width='100%' height='100%' fill='white'/>\n" + body + "</svg>\n"
    }

    /// One place behind the point.
    private static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("'", with: "&#39;")
    }
}

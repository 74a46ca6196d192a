import AnnealFormats
import AnnealJSON
import AnnealManifold

/// What is kept of a run, step by step.
struct ManifoldRecord {
    static let tracksMax = 200

    /// The oscillators whose paths are kept.
    let tracked: [Int]
    /// Of each tracked oscillator its places, from its home on.
    private(set) var paths: [[[Float]]]
    private(set) var steps: [Step] = []

    struct Step {
        let sharpness: Double
        let prices: [Double]
        let loads: [Double]
        let isCommitted: Bool
    }

    init(_ manifold: Manifold) {
        let step = max(1, (manifold.homes.rows + Self.tracksMax - 1) / Self.tracksMax)
        tracked = Array(stride(from: 0, to: manifold.homes.rows, by: step))
        paths = tracked.map { [Self.place(manifold.homes, $0)] }
    }

    static func place(_ matrix: Matrix, _ row: Int) -> [Float] {
        (0..<matrix.columns).map { matrix.row(row)[$0] }
    }

    mutating func add(_ snapshot: Snapshot) {
        for (index, row) in tracked.enumerated() { paths[index].append(Self.place(snapshot.positions, row)) }
        steps.append(
            Step(
                sharpness: snapshot.sharpness, prices: snapshot.prices, loads: snapshot.loads,
                isCommitted: snapshot.isCommitted))
    }
}

/// A run for people, for programs, and as a picture.
struct ManifoldReport {
    let name: String
    let manifold: Manifold
    let record: ManifoldRecord
    let assignment: Assignment
    /// Of the annealing. Not in the JSON, which is the same in every run.
    let seconds: Double

    /// Oscillators of which JSON says where they ended, at most.
    private static let oscillatorsMax = 10_000

    private var isLine: Bool { manifold.carriers.columns == 1 }

    var lines: [String] {
        var table = Table(right: [true, false, true, true, true])
        table.add(["carrier", "at", "share", "count", "price"])
        for carrier in 0..<manifold.carriers.rows {
            let place = ManifoldRecord.place(manifold.carriers, carrier)
            table.add([
                "\(carrier + 1)",
                place.prefix(4).map { "\($0)" }.joined(separator: " ") + (place.count > 4 ? " …" : ""),
                Decimal.string(manifold.shares[carrier], places: 3), "\(assignment.counts[carrier])",
                Decimal.string(manifold.prices[carrier], places: 2),
            ])
        }
        let mean = Decimal.string(assignment.meanDistance, places: 6)
        let greatest = Decimal.string(assignment.greatestDistance, places: 6)
        let imbalance = Decimal.string(assignment.imbalance, places: 2)
        return table.lines() + [
            "",
            "\(name): \(record.steps.count) steps, distance to the carrier \(mean) on average, \(greatest) at most; "
                + "largest count over smallest \(imbalance); \(Decimal.string(seconds, places: 3)) seconds",
        ]
    }

    var json: JSONText {
        var json = JSONText()
        func place(_ name: String?, _ place: [Float], _ json: inout JSONText) {
            if isLine { return json.value(name, Double(place[0])) }
            json.array(name) { json in for number in place { json.value(nil, Double(number)) } }
        }
        func numbers(_ name: String, _ numbers: [Double], _ json: inout JSONText) {
            json.array(name) { json in for number in numbers { json.value(nil, number) } }
        }
        json.object { json in
            json.value("name", name)
            json.array("carriers") { json in
                for carrier in 0..<manifold.carriers.rows {
                    json.object { json in
                        place("at", ManifoldRecord.place(manifold.carriers, carrier), &json)
                        json.value("share", manifold.shares[carrier])
                        json.value("count", assignment.counts[carrier])
                        json.value("price", manifold.prices[carrier])
                    }
                }
            }
            json.value("mean_distance", assignment.meanDistance)
            json.value("greatest_distance", assignment.greatestDistance)
            json.value("imbalance", assignment.imbalance)
            json.array("steps") { json in
                for step in record.steps {
                    json.object { json in
                        json.value("sharpness", step.sharpness)
                        json.value("committed", step.isCommitted)
                        numbers("prices", step.prices, &json)
                        numbers("loads", step.loads, &json)
                    }
                }
            }
            json.array("paths") { json in
                for (row, path) in zip(record.tracked, record.paths) {
                    json.object { json in
                        json.value("oscillator", row)
                        json.array("places") { json in for step in path { place(nil, step, &json) } }
                    }
                }
            }
            json.array("oscillators") { json in
                for (row, label) in assignment.labels.prefix(Self.oscillatorsMax).enumerated() {
                    json.object { json in
                        place("from", ManifoldRecord.place(manifold.homes, row), &json)
                        place("to", ManifoldRecord.place(manifold.positions, row), &json)
                        json.value("carrier", Int(label))
                    }
                }
            }
        }
        return json
    }

    // MARK: The picture

    private struct Panel {
        let x: Double
        let y: Double
        let width: Double
        let height: Double
        var left = 0.0
        var right = 1.0
        var bottom = 0.0
        var top = 1.0

        func place(_ horizontal: Double, _ vertical: Double) -> (x: Double, y: Double) {
            (
                x + width * (horizontal - left) / max(right - left, 1e-30),
                y + height - height * (vertical - bottom) / max(top - bottom, 1e-30)
            )
        }
    }

    var drawing: Drawing {
        var drawing = Drawing(width: 1000, height: 780)
        drawing.text(60, 28, name, size: 16)
        if isLine { drawPaths(&drawing) } else { drawPlane(&drawing) }
        drawPrices(&drawing)
        drawCounts(&drawing)
        return drawing
    }

    private func frame(_ drawing: inout Drawing, _ panel: Panel, _ title: String) {
        let (right, bottom) = (panel.x + panel.width, panel.y + panel.height)
        drawing.line(panel.x, bottom, right, bottom, "#888")
        drawing.line(panel.x, panel.y, panel.x, bottom, "#888")
        drawing.text(panel.x, panel.y - 6, title, size: 12)
        drawing.text(panel.x - 4, panel.y + 10, Self.short(panel.top), size: 10, anchor: "end")
        drawing.text(panel.x - 4, bottom, Self.short(panel.bottom), size: 10, anchor: "end")
    }

    private static func short(_ value: Double) -> String {
        Decimal.string(value, places: abs(value) >= 100 ? 0 : 2)
    }

    /// Where oscillators are, over the steps.
    private func drawPaths(_ drawing: inout Drawing) {
        var panel = Panel(x: 60, y: 60, width: 600, height: 400)
        let all = record.paths.flatMap { $0.map { Double($0[0]) } }
        panel.right = Double(record.steps.count)
        (panel.bottom, panel.top) = (all.min() ?? 0, all.max() ?? 1)
        frame(&drawing, panel, "oscillators, over the steps")
        for (index, path) in record.paths.enumerated() {
            let points = path.enumerated().map { panel.place(Double($0), Double($1[0])) }
            let colour = Drawing.colour(Int(assignment.labels[record.tracked[index]]))
            drawing.path(points, colour, opacity: record.paths.count > 60 ? 0.4 : 0.8)
        }
        // Distribution before and after, turned to the same axis.
        let before = (0..<manifold.homes.rows).map { Double(manifold.homes.row($0)[0]) }
        let after = (0..<manifold.homes.rows).map { Double(manifold.positions.row($0)[0]) }
        drawHistogram(&drawing, before, panel, x: 700, "before", "#888888")
        drawHistogram(&drawing, after, panel, x: 850, "after", "#0072B2")
    }

    private func drawHistogram(
        _ drawing: inout Drawing, _ values: [Double], _ panel: Panel, x: Double, _ title: String, _ colour: String
    ) {
        var bins = [Double](repeating: 0, count: 50)
        for value in values {
            let place = (value - panel.bottom) / max(panel.top - panel.bottom, 1e-30)
            bins[min(49, max(0, Int(place * 50)))] += 1
        }
        let most = bins.max() ?? 1
        drawing.text(x, panel.y - 6, "\(title), most in a bin \(Int(most))", size: 12)
        for (bin, count) in bins.enumerated() where count > 0 {
            let height = panel.height / 50
            drawing.rectangle(
                x, panel.y + panel.height - Double(bin + 1) * height, max(1, 110 * count / most), height - 1, colour)
        }
    }

    /// Paths in the first two dimensions, with the homes as dots.
    private func drawPlane(_ drawing: inout Drawing) {
        var panel = Panel(x: 60, y: 60, width: 860, height: 400)
        let all =
            record.paths.flatMap { $0 }
            + (0..<manifold.carriers.rows).map { ManifoldRecord.place(manifold.carriers, $0) }
        (panel.left, panel.right) = (Double(all.map { $0[0] }.min() ?? 0), Double(all.map { $0[0] }.max() ?? 1))
        (panel.bottom, panel.top) = (Double(all.map { $0[1] }.min() ?? 0), Double(all.map { $0[1] }.max() ?? 1))
        frame(&drawing, panel, "from before (dots) to after, in the first two dimensions")
        for (index, path) in record.paths.enumerated() {
            let points = path.map { panel.place(Double($0[0]), Double($0[1])) }
            let colour = Drawing.colour(Int(assignment.labels[record.tracked[index]]))
            drawing.path(points, colour, opacity: 0.4)
            drawing.dot(points[0].x, points[0].y, radius: 2, colour)
        }
        for carrier in 0..<manifold.carriers.rows {
            let place = ManifoldRecord.place(manifold.carriers, carrier)
            let (x, y) = panel.place(Double(place[0]), Double(place[1]))
            drawing.dot(x, y, radius: 6, Drawing.colour(carrier), title: "carrier \(carrier + 1)")
        }
    }

    private func drawPrices(_ drawing: inout Drawing) {
        var panel = Panel(x: 60, y: 520, width: 600, height: 220)
        panel.right = Double(max(1, record.steps.count - 1))
        let all = record.steps.flatMap(\.prices)
        (panel.bottom, panel.top) = (min(0, all.min() ?? 0), max(0, all.max() ?? 1))
        frame(&drawing, panel, "prices of the carriers, over the steps")
        for carrier in 0..<manifold.carriers.rows {
            let points = record.steps.enumerated().map { panel.place(Double($0), $1.prices[carrier]) }
            drawing.path(points, Drawing.colour(carrier), width: 1.5)
        }
        if let commit = record.steps.firstIndex(where: \.isCommitted) {
            let (x, _) = panel.place(Double(commit), 0)
            drawing.line(x, panel.y, x, panel.y + panel.height, "#bbbbbb")
            drawing.text(x + 3, panel.y + 10, "commit", size: 10)
        }
    }

    private func drawCounts(_ drawing: inout Drawing) {
        let most = Double(assignment.counts.max() ?? 1)
        let height = min(18.0, 220 / Double(assignment.counts.count))
        drawing.text(700, 514, "oscillators of each carrier", size: 12)
        for (carrier, count) in assignment.counts.enumerated() {
            let y = 520 + Double(carrier) * height
            drawing.rectangle(
                700, y, max(1, 200 * Double(count) / max(1, most)), max(1, height - 2), Drawing.colour(carrier))
            if height >= 10 { drawing.text(905, y + height / 2 + 3, "\(count)", size: 10) }
        }
    }
}

import AnnealFormats
import AnnealJSON
import AnnealManifold

/// Clusters for people, for programs, and as a map.
struct ClusterReport {
    let vectors: Matrix
    /// Nil where only vectors are known.
    let texts: [String]?
    let clusters: Clusters
    let choice: CountChoice?
    let masses: String
    let seed: UInt64

    private static let examples = 3
    private static let exampleLength = 60
    /// Points of a map, at most: more are a blot, and a file that no browser likes.
    private static let mapPoints = 4000

    /// The rows nearest to each centre, nearest first.
    private var nearest: [[Int]] {
        var best = [[(distance: Float, row: Int)]](repeating: [], count: clusters.sizes.count)
        for (row, label) in clusters.labels.enumerated() {
            let (point, centre) = (vectors.row(row), clusters.centres.row(Int(label)))
            var distance: Float = 0
            for column in 0..<vectors.columns {
                distance += (point[column] - centre[column]) * (point[column] - centre[column])
            }
            var list = best[Int(label)]
            if list.count == Self.examples, distance >= list.last!.distance { continue }
            list.append((distance, row))
            list.sort { ($0.distance, $0.row) < ($1.distance, $1.row) }
            best[Int(label)] = Array(list.prefix(Self.examples))
        }
        return best.map { $0.map(\.row) }
    }

    private func example(_ row: Int) -> String {
        guard let texts else { return "row \(row + 1)" }
        let text = Visible.string(texts[row])
        return text.count > Self.exampleLength ? text.prefix(Self.exampleLength) + "…" : text
    }

    func lines(_ style: Style) -> [String] {
        var table = Table(right: [true, true, true, false])
        table.add(["cluster", "size", "share", "nearest to the centre"].map { style.quiet($0) })
        for (cluster, rows) in nearest.enumerated() {
            let size = clusters.sizes[cluster]
            let share = Decimal.string(100 * Double(size) / Double(vectors.rows), places: 1) + " %"
            table.add([style.name("\(cluster + 1)"), "\(size)", share, rows.first.map(example) ?? ""])
            for row in rows.dropFirst() { table.add(["", "", "", example(row)]) }
        }
        var lines = table.lines()
        let error = Decimal.string(clusters.inertia / Double(vectors.rows), places: 4)
        lines += ["", "\(vectors.rows) vectors in \(clusters.sizes.count) clusters, mean squared distance \(error)"]
        if let choice {
            let tried = choice.tried.map { "\($0.count): \(Decimal.string($0.silhouette, places: 4))" }
            lines.append("The number was chosen by the mean silhouette: " + tried.joined(separator: ", "))
        }
        return lines
    }

    var json: JSONText {
        let nearest = nearest
        var json = JSONText()
        json.object { json in
            json.value("points", vectors.rows)
            json.value("dimension", vectors.columns)
            json.value("k", clusters.sizes.count)
            json.value("masses", masses)
            json.value("seed", "\(seed)")
            json.value("inertia", clusters.inertia)
            if let choice {
                json.array("silhouettes") { json in
                    for (count, silhouette) in choice.tried {
                        json.object { json in
                            json.value("k", count)
                            json.value("silhouette", silhouette)
                        }
                    }
                }
            }
            json.array("clusters") { json in
                for (cluster, rows) in nearest.enumerated() {
                    json.object { json in
                        json.value("label", cluster + 1)
                        json.value("size", clusters.sizes[cluster])
                        json.array("nearest") { json in
                            for row in rows {
                                json.object { json in
                                    json.value("line", row + 1)
                                    if let texts { json.value("text", texts[row]) }
                                }
                            }
                        }
                        json.array("centre") { json in
                            for column in 0..<vectors.columns {
                                json.value(nil, Double(clusters.centres.row(cluster)[column]))
                            }
                        }
                    }
                }
            }
            json.array("labels") { json in for label in clusters.labels { json.value(nil, Int(label) + 1) } }
        }
        return json
    }

    /// The points in the two directions in which the centres lie farthest apart.
    var map: Drawing {
        let plane = Plane(clusters)
        let step = max(1, (vectors.rows + Self.mapPoints - 1) / Self.mapPoints)
        let rows = Array(stride(from: 0, to: vectors.rows, by: step))
        let points = rows.map { plane.place(vectors.row($0)) }
        let centres = (0..<clusters.sizes.count).map { plane.place(clusters.centres.row($0)) }
        let (left, right) = Self.bounds((points + centres).map(\.x))
        let (top, bottom) = Self.bounds((points + centres).map(\.y))
        var drawing = Drawing(width: 1000, height: 760)
        func place(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
            (40 + 920 * (point.x - left) / (right - left), 40 + 680 * (point.y - top) / (bottom - top))
        }
        for (row, point) in zip(rows, points) {
            let (x, y) = place(point)
            let label = Int(clusters.labels[row])
            drawing.dot(x, y, radius: 2.5, Drawing.colour(label), opacity: 0.5, title: "\(label + 1): \(example(row))")
        }
        for (cluster, rows) in nearest.enumerated() where clusters.sizes[cluster] > 0 {
            let (x, y) = place(centres[cluster])
            let title = rows.first.map(example) ?? ""
            drawing.dot(x, y, radius: 9, Drawing.colour(cluster), title: "\(cluster + 1): \(title)")
            drawing.text(x, y + 4, "\(cluster + 1)", size: 11, anchor: "middle")
            drawing.text(x + 12, y + 4, String(title.prefix(32)), size: 10)
        }
        return drawing
    }

    /// The range of numbers, never empty.
    private static func bounds(_ values: [Double]) -> (Double, Double) {
        let (least, most) = (values.min() ?? 0, values.max() ?? 0)
        return most > least ? (least, most) : (least - 1, least + 1)
    }
}

/// The plane through the mean of clusters in which their centres, each as heavy as its points, lie farthest apart.
private struct Plane {
    private let origin: [Double]
    private let axes: [[Double]]

    init(_ clusters: Clusters) {
        let (count, columns) = (clusters.centres.rows, clusters.centres.columns)
        let total = Double(clusters.sizes.reduce(0, +))
        var origin = [Double](repeating: 0, count: columns)
        for cluster in 0..<count {
            let weight = Double(clusters.sizes[cluster]) / total
            for column in 0..<columns { origin[column] += weight * Double(clusters.centres.row(cluster)[column]) }
        }
        let offsets = (0..<count).map { cluster in
            (0..<columns).map { Double(clusters.centres.row(cluster)[$0]) - origin[$0] }
        }
        var axes: [[Double]] = []
        for axis in 0..<2 {
            // Power iteration, each time at right angles to the axes before. The start only must not be at right angles.
            var direction = (0..<columns).map { 1 / Double(1 + ($0 + axis) % 7) }
            for _ in 0..<200 {
                var next = [Double](repeating: 0, count: columns)
                for (cluster, offset) in offsets.enumerated() {
                    let along = zip(offset, direction).reduce(0.0) { $0 + $1.0 * $1.1 }
                    let factor = Double(clusters.sizes[cluster]) * along
                    for column in 0..<columns { next[column] += factor * offset[column] }
                }
                for before in axes {
                    let along = zip(next, before).reduce(0.0) { $0 + $1.0 * $1.1 }
                    for column in 0..<columns { next[column] -= along * before[column] }
                }
                let length = next.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
                guard length > 0 else { break }
                direction = next.map { $0 / length }
            }
            axes.append(direction)
        }
        self.origin = origin
        self.axes = axes
    }

    func place(_ point: UnsafePointer<Float>) -> (x: Double, y: Double) {
        let places = axes.map { axis in
            axis.indices.reduce(0.0) { $0 + axis[$1] * (Double(point[$1]) - origin[$1]) }
        }
        return (places[0], places[1])
    }
}

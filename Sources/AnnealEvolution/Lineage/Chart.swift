import Foundation

/// Lines over a common axis, or bars, as an SVG picture.
struct Chart {
    struct Series {
        let name: String
        let points: [(x: Double, y: Double)]
    }

    let title: String
    let xName: String
    let yName: String

    private static let colors = ["#1b6ca8", "#d1495b", "#2e933c", "#8d6a9f", "#e09f3e", "#555555"]
    private static let width = 640.0
    private static let height = 400.0
    private static let left = 72.0
    private static let right = 20.0
    private static let top = 48.0
    private static let bottom = 52.0

    /// Lines with points, a colour a series.
    func lines(_ series: [Series]) -> String {
        let points = series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
        let xs = Chart.range(points.map(\.x), fromZero: false)
        let ys = Chart.range(points.map(\.y), fromZero: false)
        var canvas = frame(xs, ys, drawsX: true)
        for (index, one) in series.enumerated() {
            let color = Chart.colors[index % Chart.colors.count]
            canvas.path(
                one.points.filter { $0.x.isFinite && $0.y.isFinite }.map {
                    (place($0.x, in: xs), height($0.y, in: ys))
                },
                color: color)
            canvas.text(
                one.name, Chart.width - Chart.right, Chart.top + 14 + 16 * Double(index), anchor: "end", color: color)
        }
        return canvas.document
    }

    /// A bar for each name.
    func bars(_ values: [(name: String, value: Double)]) -> String {
        let ys = Chart.range(values.map(\.value), fromZero: true)
        var canvas = frame(0...1, ys, drawsX: false)
        let step = (Chart.width - Chart.left - Chart.right) / Double(max(values.count, 1))
        for (index, entry) in values.enumerated() {
            let x = Chart.left + step * Double(index)
            let y = height(entry.value, in: ys)
            canvas.bar(
                x + step * 0.15, y, step * 0.7, height(ys.lowerBound, in: ys) - y,
                color: Chart.colors[index % Chart.colors.count])
            canvas.text(
                entry.name, x + step / 2, Chart.height - Chart.bottom + 16, size: 11, anchor: "middle")
            canvas.text(Chart.label(entry.value), x + step / 2, y - 4, size: 11, anchor: "middle")
        }
        return canvas.document
    }

    private func frame(_ xs: ClosedRange<Double>, _ ys: ClosedRange<Double>, drawsX: Bool) -> SVGCanvas {
        var canvas = SVGCanvas(width: Chart.width, height: Chart.height)
        canvas.text(title, Chart.left, 24, size: 16)
        canvas.text(yName, Chart.left, 42, size: 11, color: "#777")
        canvas.text(
            xName, (Chart.left + Chart.width - Chart.right) / 2, Chart.height - 12, size: 11, anchor: "middle",
            color: "#777")
        for step in 0...4 {
            let share = Double(step) / 4
            let y = ys.lowerBound + share * (ys.upperBound - ys.lowerBound)
            canvas.line(
                Chart.left, height(y, in: ys), Chart.width - Chart.right, height(y, in: ys),
                color: step == 0 ? "#333" : "#ddd")
            canvas.text(Chart.label(y), Chart.left - 6, height(y, in: ys) + 4, size: 11, anchor: "end")
            guard drawsX else { continue }
            let x = xs.lowerBound + share * (xs.upperBound - xs.lowerBound)
            canvas.text(Chart.label(x), place(x, in: xs), Chart.height - Chart.bottom + 16, size: 11, anchor: "middle")
        }
        return canvas
    }

    private func place(_ x: Double, in range: ClosedRange<Double>) -> Double {
        Chart.left + (x - range.lowerBound) / (range.upperBound - range.lowerBound)
            * (Chart.width - Chart.left - Chart.right)
    }

    private func height(_ y: Double, in range: ClosedRange<Double>) -> Double {
        Chart.height - Chart.bottom
            - (y - range.lowerBound) / (range.upperBound - range.lowerBound)
            * (Chart.height - Chart.top - Chart.bottom)
    }

    /// A range that is never empty.
    static func range(_ values: [Double], fromZero: Bool) -> ClosedRange<Double> {
        let least = fromZero ? min(0, values.min() ?? 0) : values.min() ?? 0
        let greatest = values.max() ?? 1
        return greatest > least ? least...greatest : least...least + 1
    }

    private static func label(_ value: Double) -> String { String(format: "%.4g", value) }
}

/// Limited-memory BFGS (Nocedal, Wright: Numerical Optimization, algorithms 7.4 and 7.5) with backtracking.
enum QuasiNewton {
    private static let memory = 10
    /// A step must bring at least this part of what the slope promises.
    private static let sufficientDecrease = 1e-4

    /// Minimises a smooth convex function.
    /// - Parameters:
    ///   - roundsMax: the most steps.
    ///   - gradientMax: stop when no component of the gradient is larger in magnitude.
    static func minimize(
        startingAt start: [Double], roundsMax: Int, gradientMax: Double,
        _ function: ([Double]) -> (value: Double, gradient: [Double])
    ) -> [Double] {
        var point = start
        var (value, gradient) = function(point)
        var history: [(step: [Double], change: [Double], product: Double)] = []
        for _ in 0..<roundsMax {
            if gradient.allSatisfy({ abs($0) <= gradientMax }) { break }
            var direction = descent(gradient, history)
            var slope = dot(direction, gradient)
            if slope >= 0 {
                history = []
                direction = gradient.map { -$0 }
                slope = -dot(gradient, gradient)
            }
            // The first direction is a bare gradient, of no particular length.
            var length = history.isEmpty ? min(1, 1 / dot(gradient, gradient).squareRoot()) : 1
            var next = point
            var nextValue = value
            var nextGradient = gradient
            var isDone = true
            for _ in 0..<20 {
                for index in point.indices { next[index] = point[index] + length * direction[index] }
                (nextValue, nextGradient) = function(next)
                if nextValue <= value + sufficientDecrease * length * slope {
                    isDone = false
                    break
                }
                length /= 2
            }
            // No step improves: the limit of the precision.
            if isDone { break }
            let step = zip(next, point).map { $0 - $1 }
            let change = zip(nextGradient, gradient).map { $0 - $1 }
            let product = dot(step, change)
            if product > 1e-12 * dot(change, change) {
                history.append((step, change, product))
                if history.count > memory { history.removeFirst() }
            }
            (point, value, gradient) = (next, nextValue, nextGradient)
        }
        return point
    }

    /// Minus the inverse of the estimated curvature, times the gradient.
    private static func descent(
        _ gradient: [Double], _ history: [(step: [Double], change: [Double], product: Double)]
    ) -> [Double] {
        var direction = gradient.map { -$0 }
        var factors: [Double] = []
        for entry in history.reversed() {
            let factor = dot(entry.step, direction) / entry.product
            add(-factor, entry.change, to: &direction)
            factors.append(factor)
        }
        if let last = history.last {
            let scale = last.product / dot(last.change, last.change)
            for index in direction.indices { direction[index] *= scale }
        }
        for (entry, factor) in zip(history, factors.reversed()) {
            add(factor - dot(entry.change, direction) / entry.product, entry.step, to: &direction)
        }
        return direction
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }

    private static func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
        for index in a.indices { b[index] += factor * a[index] }
    }
}

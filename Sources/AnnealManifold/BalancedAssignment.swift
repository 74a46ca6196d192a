import AnnealFormats
import AnnealPlatform

/// How many points each carrier gets: the shares in whole numbers, by largest remainder; of equal ones the first.
func capacities(_ shares: [Double], of count: Int) -> [Int] {
    let exact = shares.map { $0 * Double(count) }
    var whole = exact.map { Int($0) }
    let missing = count - whole.reduce(0, +)
    let order = exact.indices.sorted { (exact[$0] - Double(whole[$0]), $1) > (exact[$1] - Double(whole[$1]), $0) }
    // At most one each is missing, but for shares whose sum is not quite 1.
    for place in 0..<max(0, missing) { whole[order[place % order.count]] += 1 }
    return whole
}

extension Manifold {
    /// The assignment of whole points with the least sum of distances from their homes in which each carrier has its
    /// share of them, to within one.
    ///
    /// In one dimension points and carriers are sorted and cut, which is the optimum for distances. In more, every point
    /// takes what is cheapest with the prices; that is the optimum for the counts that come out. Then points are shifted
    /// along the cheapest paths from carriers that have too many to ones that have too few, which keeps it so.
    /// - Complexity: O(points log points) in one dimension. In more O(points · carriers) memory, and O(points +
    ///   carriers³) for each point that prices left too many.
    /// - SeeAlso: Ahuja, Magnanti, Orlin, "Network Flows", 1993, section 9.7: successive shortest paths.
    public func balancedAssignment() -> [Int32] {
        let capacities = capacities(shares, of: homes.rows)
        if homes.columns == 1 { return sortedAndCut(capacities) }
        let plan = SoftPlan(carriers, sharpness: 1)
        let costs = Matrix(rows: homes.rows, columns: carriers.rows)
        let homes = homes
        Parallel.forEachChunk(of: homes.rows, size: SoftPlan.pieceSize(homes.rows), threads: threads) { _, range in
            plan.forEachCosts(of: homes, range) { rows, block in
                for (place, row) in rows.enumerated() {
                    costs.row(row).update(from: block + place * plan.stride, count: costs.columns)
                }
            }
        }
        return Transport(costs: costs, prices: prices, capacities: capacities).labels
    }

    private func sortedAndCut(_ capacities: [Int]) -> [Int32] {
        func order(_ matrix: Matrix) -> [UInt32] {
            var keys = (0..<matrix.rows).map { row in
                // The bits of floats are in the order of the floats, once the sign is turned.
                let bits = (matrix.storage[row] + 0).bitPattern
                return UInt64(bits >> 31 == 1 ? ~bits : bits | 0x8000_0000) << 32 | UInt64(row)
            }
            keys.sort()
            return keys.map { UInt32(truncatingIfNeeded: $0) }
        }
        var labels = [Int32](repeating: 0, count: homes.rows)
        let points = order(homes)
        var start = 0
        for carrier in order(carriers) {
            for place in start..<start + capacities[Int(carrier)] { labels[Int(points[place])] = Int32(carrier) }
            start += capacities[Int(carrier)]
        }
        return labels
    }
}

/// The transport of whole points to carriers of given capacities at the least cost.
struct Transport {
    private(set) var labels: [Int32]
    private let costs: Matrix
    private let capacities: [Int]
    private var members: [[Int32]]
    /// What it costs to move the point of carrier `j` that moves to carrier `l` most cheaply, and which it is.
    private var moves: [(cost: Double, point: Int32)]

    /// - Precondition: the capacities sum to the number of rows.
    init(costs: Matrix, prices: [Double], capacities: [Int]) {
        precondition(capacities.reduce(0, +) == costs.rows)
        self.costs = costs
        self.capacities = capacities
        let count = costs.columns
        labels = (0..<costs.rows).map { row in
            let costs = costs.row(row)
            return Int32((0..<count).min { Double(costs[$0]) + prices[$0] < Double(costs[$1]) + prices[$1] }!)
        }
        members = [[Int32]](repeating: [], count: count)
        for (row, label) in labels.enumerated() { members[Int(label)].append(Int32(row)) }
        moves = [(Double, Int32)](repeating: (.infinity, -1), count: count * count)
        for carrier in 0..<count { findMoves(from: carrier) }
        while let path = cheapestPath() { shift(path) }
    }

    private mutating func findMoves(from carrier: Int) {
        let count = costs.columns
        for target in 0..<count { moves[carrier * count + target] = (.infinity, -1) }
        for point in members[carrier] {
            let row = costs.row(Int(point))
            for target in 0..<count {
                let cost = Double(row[target]) - Double(row[carrier])
                if cost < moves[carrier * count + target].cost { moves[carrier * count + target] = (cost, point) }
            }
        }
    }

    /// The carriers on the cheapest way from one that has too many points to one that has too few; nil when there is none.
    ///
    /// Bellman and Ford: moves may gain, but no circle of them does.
    private func cheapestPath() -> [Int]? {
        let count = costs.columns
        var distance = (0..<count).map { members[$0].count > capacities[$0] ? 0 : Double.infinity }
        guard distance.contains(0) else { return nil }
        var before = [Int](repeating: -1, count: count)
        var isOpen = distance.map { $0 == 0 }
        for _ in 0..<count {
            var changed = false
            for carrier in 0..<count where isOpen[carrier] {
                isOpen[carrier] = false
                for target in 0..<count where target != carrier {
                    let reached = distance[carrier] + moves[carrier * count + target].cost
                    // Rounding must not make a circle of what costs nothing.
                    if reached < distance[target] - 1e-12 {
                        distance[target] = reached
                        before[target] = carrier
                        isOpen[target] = true
                        changed = true
                    }
                }
            }
            if !changed { break }
        }
        let open = (0..<count).filter { members[$0].count < capacities[$0] && distance[$0].isFinite }
        guard let end = open.min(by: { distance[$0] < distance[$1] }) else { return nil }
        var path = [end]
        while before[path.last!] >= 0, path.count <= count { path.append(before[path.last!]) }
        return path.reversed()
    }

    private mutating func shift(_ path: [Int]) {
        let count = costs.columns
        let points = zip(path, path.dropFirst()).map { moves[$0 * count + $1].point }
        for (place, point) in points.enumerated() {
            let (source, target) = (path[place], path[place + 1])
            members[source].removeAll { $0 == point }
            members[target].append(point)
            labels[Int(point)] = Int32(target)
        }
        for carrier in path { findMoves(from: carrier) }
    }
}

import AnnealFormats
import AnnealManifold
import AnnealPlatform

/// An experiment as a JSON file describes it.
struct ManifoldExperiment {
    let name: String
    let points: Matrix
    let carriers: Matrix
    let shares: [Double]?
    let seed: UInt64
    let schedule: Schedule

    /// What a file says and an experiment does not have.
    struct Failure: Error {
        /// `carriers[2].share`.
        let place: String
        let expected: String
        let found: String
    }

    private static let oscillatorsMax = 10_000_000

    init(_ document: JSONValue) throws(Failure) {
        var fields = try Fields(document, at: "")
        name = try fields.take("name")?.string() ?? "experiment"
        seed = UInt64(try fields.take("seed")?.number(0...9_007_199_254_740_992, whole: true) ?? 0)
        let carriers = try fields.need("carriers", "an array of carriers").elements()
        var rows: [[Float]] = []
        var shares: [Double?] = []
        for carrier in carriers {
            if case .object = carrier.value {
                var parts = try Fields(carrier.value, at: carrier.place)
                rows.append(try parts.need("at", "a number, or an array of them").coordinates())
                shares.append(try parts.take("share")?.number(0...1))
                try parts.end()
            } else {
                rows.append(try carrier.coordinates())
                shares.append(nil)
            }
        }
        self.carriers = try Self.matrix(rows, "carriers")
        if shares.contains(where: { $0 != nil }) {
            if let missing = shares.firstIndex(where: { $0 == nil }) {
                throw Failure(place: "carriers[\(missing)]", expected: "a share, as another carrier has", found: "none")
            }
            self.shares = shares.map { $0! }
        } else {
            self.shares = nil
        }
        let oscillators = try fields.need("oscillators", "an array, or an object with count, from and to")
        if case .object = oscillators.value {
            points = try Self.drawn(oscillators, columns: self.carriers.columns, seed: seed)
        } else {
            var rows: [[Float]] = []
            for element in try oscillators.elements() { rows.append(try element.coordinates()) }
            points = try Self.matrix(rows, "oscillators")
        }
        schedule = try fields.take("schedule").map { (field) throws(Failure) in try Self.schedule(field) } ?? .balanced
        try fields.end()
    }

    private static func matrix(_ rows: [[Float]], _ place: String) throws(Failure) -> Matrix {
        let columns = rows.first?.count ?? 1
        if let wrong = rows.firstIndex(where: { $0.count != columns }) {
            throw Failure(
                place: "\(place)[\(wrong)]", expected: "\(columns) numbers as in the first",
                found: "\(rows[wrong].count)")
        }
        return Matrix(rows: rows.count, columns: columns, values: rows.flatMap { $0 })
    }

    /// Evenly drawn from a range, the same in every dimension.
    private static func drawn(_ field: Fields.Field, columns: Int, seed: UInt64) throws(Failure) -> Matrix {
        var parts = try Fields(field.value, at: field.place)
        let count = Int(try parts.need("count", "a number").number(0...Double(oscillatorsMax), whole: true))
        let from = try parts.need("from", "a number").number(-1e30...1e30)
        let to = try parts.need("to", "a number").number(from...1e30)
        try parts.end()
        // Another stream than that of the noise.
        var random = SplitMix64(seed: seed, stream: -1)
        let values = (0..<count * columns).map { _ in Float(from + (to - from) * random.unitDouble()) }
        return Matrix(rows: count, columns: columns, values: values)
    }

    private static let known: [(name: String, schedule: Schedule)] = [
        ("balanced", .balanced), ("source", .source), ("hard", .hard), ("soft", .soft),
    ]

    private static func schedule(_ field: Fields.Field) throws(Failure) -> Schedule {
        guard case .object = field.value else { return try named(field) }
        var parts = try Fields(field.value, at: field.place)
        var schedule = try parts.take("like").map { (field) throws(Failure) in try named(field) } ?? .balanced
        if let steps = try parts.take("steps")?.number(1...1_000_000, whole: true) { schedule.steps = Int(steps) }
        if let dt = try parts.take("dt")?.number(0...1e9) { schedule.dt = dt }
        if let ramp = parts.take("sharpness") { schedule.sharpness = try ramp.ramp(schedule.sharpness.shape) }
        if let ramp = parts.take("strength") { schedule.strength = try ramp.ramp(schedule.strength.shape) }
        if let ramp = parts.take("noise") { schedule.noise = try ramp.ramp(schedule.noise.shape) }
        if let rounds = try parts.take("price_rounds")?.number(1...1000, whole: true) {
            schedule.priceRounds = Int(rounds)
        }
        if let place = try parts.take("commits_at")?.number(0...1) { schedule.commitsAt = place }
        if let sharpening = parts.take("sharpening") {
            schedule.sharpening = try sharpening.choice(Schedule.Sharpening.allCases.map { ($0.rawValue, $0) })
        }
        try parts.end()
        return schedule
    }

    private static func named(_ field: Fields.Field) throws(Failure) -> Schedule {
        try field.choice(known.map { ($0.name, $0.schedule) })
    }
}

/// The members of an object, each taken once, so that what nobody knows is told.
struct Fields {
    typealias Failure = ManifoldExperiment.Failure

    /// A value and where it stands.
    struct Field {
        let place: String
        let value: JSONValue

        func failure(_ expected: String, _ found: String? = nil) -> Failure {
            Failure(place: place, expected: expected, found: found ?? value.kind)
        }

        func string() throws(Failure) -> String {
            guard case .string(let text) = value else { throw failure("a string") }
            return text
        }

        func number(_ range: ClosedRange<Double>, whole: Bool = false) throws(Failure) -> Double {
            let expected = "a \(whole ? "whole " : "")number from \(range.lowerBound) to \(range.upperBound)"
            guard case .number(let number) = value else { throw failure(expected) }
            guard range.contains(number), !whole || number == number.rounded() else {
                throw failure(expected, "\(number)")
            }
            return number
        }

        func elements() throws(Failure) -> [Field] {
            guard case .array(let elements) = value else { throw failure("an array") }
            return elements.enumerated().map { Field(place: "\(place)[\($0)]", value: $1) }
        }

        /// A place: a number, or an array of them.
        func coordinates() throws(Failure) -> [Float] {
            if case .number = value { return [Float(try number(-1e30...1e30))] }
            var coordinates: [Float] = []
            for element in try elements() { coordinates.append(Float(try element.number(-1e30...1e30))) }
            guard !coordinates.isEmpty else { throw failure("at least one number", "none") }
            return coordinates
        }

        /// `5`, `[0.05, 20]` or `[1, 20, "geometric"]`.
        func ramp(_ shape: Ramp.Shape) throws(Failure) -> Ramp {
            if case .number = value {
                let number = try number(0...1e30)
                return Ramp(number, number)
            }
            let parts = try elements()
            guard (2...3).contains(parts.count) else {
                throw failure("a number, or an array of first, last and linear or geometric", "\(parts.count) elements")
            }
            let shapes = Ramp.Shape.allCases.map { ($0.rawValue, $0) }
            return Ramp(
                try parts[0].number(0...1e30), try parts[1].number(0...1e30),
                parts.count == 3 ? try parts[2].choice(shapes) : shape)
        }

        func choice<Value>(_ values: [(String, Value)]) throws(Failure) -> Value {
            let expected = "one of " + values.map(\.0).joined(separator: ", ")
            guard case .string(let text) = value else { throw failure(expected) }
            guard let found = values.first(where: { $0.0 == text }) else { throw failure(expected, "\"\(text)\"") }
            return found.1
        }
    }

    private let place: String
    private var members: [(name: String, value: JSONValue)]

    init(_ value: JSONValue, at place: String) throws(Failure) {
        guard case .object(let members) = value else {
            throw Failure(place: place.isEmpty ? "the document" : place, expected: "an object", found: value.kind)
        }
        self.place = place.isEmpty ? "" : place + "."
        self.members = members
    }

    mutating func take(_ name: String) -> Field? {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        return Field(place: place + name, value: members.remove(at: index).value)
    }

    mutating func need(_ name: String, _ expected: String) throws(Failure) -> Field {
        guard let field = take(name) else { throw Failure(place: place + name, expected: expected, found: "nothing") }
        return field
    }

    func end() throws(Failure) {
        if let left = members.first {
            throw Failure(place: place + left.name, expected: "no such member, or not twice", found: left.value.kind)
        }
    }
}

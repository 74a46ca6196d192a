/// Numbers for tables: a fixed number of places, without Foundation.
enum Decimal {
    /// `value` rounded to `places` places behind the point.
    static func string(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : (value < 0 ? "-inf" : "inf") }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 1e18 else { return "\(value)" }
        let units = UInt64(scaled)
        let sign = value < 0 && units > 0 ? "-" : ""
        guard places > 0 else { return sign + "\(units)" }
        let whole = units / UInt64(scale)
        let fraction = String(units % UInt64(scale))
        return sign + "\(whole)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}

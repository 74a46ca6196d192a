import CAnnealPlatform

/// The functions of the C library's mathematics. Their last bits differ between C libraries: no vector is made by them,
/// only models and measures are.
public enum CMath {
    public static func exp(_ x: Float) -> Float { anneal_exp_float(x) }
    public static func tanh(_ x: Float) -> Float { anneal_tanh_float(x) }
    public static func exp(_ x: Double) -> Double { anneal_exp(x) }
    public static func tanh(_ x: Double) -> Double { anneal_tanh(x) }
    public static func log(_ x: Double) -> Double { anneal_log(x) }
    /// log(1 + x), exact for small x as well.
    public static func log1p(_ x: Double) -> Double { anneal_log1p(x) }
    public static func log2(_ x: Double) -> Double { anneal_log2(x) }
    public static func cos(_ x: Double) -> Double { anneal_cos(x) }
    public static func pow(_ x: Double, _ y: Double) -> Double { anneal_pow(x, y) }
}

/// Any JSON value, which is checked and not kept.
struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {}
}

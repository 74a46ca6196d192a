/// The meaning of PostgreSQL's error codes for an index.
///
/// - Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
enum PostgresError {
    static func of(code: String, message: String, place: String) -> IndexError {
        switch code {
        case "53100": .full(path: place)
        case "55P03": .busy(path: place)
        case "XX001", "XX002": .damaged(path: place, message: message)
        case "57P01", "57P02", "57P03": .lost(path: place, message: message)
        case "": .store(path: place, message: message)
        default: .store(path: place, message: "\(message) (SQLSTATE \(code))")
        }
    }
}

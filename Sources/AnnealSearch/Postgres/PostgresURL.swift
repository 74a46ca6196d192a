/// The address of an index in a PostgreSQL database: `postgres://[user[:password]@]host[:port]/database[?parameters]`.
///
///     let url = try PostgresURL("postgres://reader@db.example.org/texts?schema=manuals")
///
/// libpq reads it, so its parameters (`sslmode`, `host=/var/run/postgresql`, …), environment variables and password
/// file count. One parameter is ours: `schema`, the schema that holds the index and nothing else; `anneal` if it is not
/// given.
///
/// - Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
public struct PostgresURL: Sendable, CustomStringConvertible {
    /// The schema that holds the index.
    public let schema: String
    /// The address without passwords.
    public let description: String
    /// The address for libpq, which may hold a password: never to be shown.
    let connection: String
    /// What messages must not contain.
    private let secrets: [String]

    private static let schemaBytesMax = 50
    /// Parameters that may be shown; any other could be a secret.
    private static let shown: Set<Substring> = [
        "host", "hostaddr", "port", "dbname", "user", "sslmode", "connect_timeout", "options", "application_name",
    ]

    /// - Parameter named: a schema that goes before the address's.
    /// - Throws: ``IndexError/address(message:)``, with a message that holds nothing of what could be a password.
    public init(_ text: String, schema named: String? = nil) throws(IndexError) {
        guard let (scheme, rest) = PostgresURL.split(text) else {
            throw .address(message: "expected postgres://[user@]host[:port]/database, found another scheme")
        }
        guard !text.utf8.contains(0) else { throw .address(message: "expected no zero bytes, found one") }
        // Beyond ASCII a mark could join the sign that ends a name, and a password would be taken for a part of it.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw .address(
                message: "expected an address in ASCII, found other characters: write them as % and their bytes")
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let afterAuthority = rest[authority.endIndex...]
        // Where it is unclear which @ ends the password, a part of it could be taken for a host and be shown.
        guard !afterAuthority.contains("@"), authority.count(where: { $0 == "@" }) <= 1 else {
            throw .address(
                message: "expected one @, in front of the host, found more or elsewhere: in names and passwords write "
                    + "@ as %40, / as %2F, : as %3A, ? as %3F")
        }
        let at = authority.firstIndex(of: "@")
        let account = at.map { authority[..<$0] }
        let hosts = at.map { authority[authority.index(after: $0)...] } ?? authority
        try PostgresURL.checkPorts(hosts)
        let path = afterAuthority.prefix { $0 != "?" }
        let parameters = afterAuthority[path.endIndex...].dropFirst().split(separator: "&")
        var schema: Substring = "anneal"
        var kept: [Substring] = []
        var visible: [Substring] = []
        var secrets: [Substring] = []
        for parameter in parameters {
            let name = parameter.prefix { $0 != "=" }
            let value = parameter[name.endIndex...].dropFirst()
            if name == "schema" {
                schema = value
                continue
            }
            kept.append(parameter)
            if PostgresURL.shown.contains(name) { visible.append(parameter) } else { secrets.append(value) }
        }
        if let named { schema = Substring(named) }
        try PostgresURL.check(schema: schema)
        let user = account.map { $0.prefix { $0 != ":" } }
        if let account, let user { secrets.append(account[user.endIndex...].dropFirst()) }
        func query(_ parameters: [Substring]) -> String {
            parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
        }
        self.schema = String(schema)
        connection = "\(scheme)\(authority)\(path)\(query(kept))"
        if schema != "anneal" { visible.append("schema=\(schema)") }
        description = "\(scheme)\(user.map { $0 + "@" } ?? "")\(hosts)\(path)\(query(visible))"
        self.secrets = secrets.filter { !$0.isEmpty }.flatMap { [String($0), PostgresURL.decoded($0)] }
    }

    /// A message of libpq or the server without what is secret.
    func cleaned(_ message: String) -> String {
        // By bytes: as characters, a secret in front of a combining mark would not be found.
        var bytes = Array(message.utf8).replacing(connection.utf8, with: description.utf8)
        for secret in secrets { bytes.replace(secret.utf8, with: "****".utf8) }
        var message = String(decoding: bytes, as: UTF8.self)
        message.replace("\n\t", with: " ")
        while message.last?.isWhitespace == true { message.removeLast() }
        return message
    }

    private static func split(_ text: String) -> (scheme: String, rest: Substring)? {
        for scheme in ["postgres://", "postgresql://"] where text.hasPrefix(scheme) {
            return (scheme, text.dropFirst(scheme.count))
        }
        return nil
    }

    /// `user:password` with the `@` forgotten reads as a host with a port.
    private static func checkPorts(_ hosts: Substring) throws(IndexError) {
        for host in hosts.split(separator: ",") {
            let afterAddress = host.lastIndex(of: "]").map { host[host.index(after: $0)...] } ?? host
            guard let colon = afterAddress.firstIndex(of: ":") else { continue }
            let port = afterAddress[afterAddress.index(after: colon)...]
            guard port.allSatisfy({ $0.isASCII && $0.isNumber }) else {
                throw .address(message: "expected a number as the port, behind the host's colon, found something else")
            }
        }
    }

    /// Names that need no quotes, and never a schema that holds other things.
    private static func check(schema: Substring) throws(IndexError) {
        let letters = schema.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard letters, (1...schemaBytesMax).contains(schema.utf8.count), schema.first?.isNumber == false else {
            throw .address(
                message: "expected a schema of 1 to \(schemaBytesMax) letters a-z, digits and _, found "
                    + "\(schema.debugDescription)")
        }
        guard schema != "public", !schema.hasPrefix("pg_"), schema != "information_schema" else {
            throw .address(message: "expected a schema that holds nothing but the index, found \(schema)")
        }
    }

    /// Percent-encoding undone; as it is where that fails.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(Substring(digits), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

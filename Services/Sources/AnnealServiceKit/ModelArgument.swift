/// A model as a service is told of it: `NAME=PATH`, or `PATH` alone, whose file then has the name.
struct ModelArgument: Equatable, Sendable {
    let name: String
    let path: String
    /// Whether the name was given, and is not that of the file.
    let isNamed: Bool

    init(_ argument: String) {
        if let sign = argument.firstIndex(of: "="), sign > argument.startIndex, !argument[..<sign].contains("/") {
            isNamed = true
            name = String(argument[..<sign])
            path = String(argument[argument.index(after: sign)...])
        } else {
            isNamed = false
            path = argument
            let file = argument.split(separator: "/").last ?? ""
            // A dot at the beginning hides a file, and ends no name.
            let dot = file.dropFirst().lastIndex(of: ".")
            name = String(dot.map { file[..<$0] } ?? file)
        }
    }
}

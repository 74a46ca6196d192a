import CShippedModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An executable beside this one that carries out a command, as git and cargo have it: `anneal NAME …` runs
/// `anneal-NAME …`.
///
/// Training, search and serving bring packages that embedding does not need. In executables of their own they cost
/// `anneal` neither start-up time nor memory nor a first build.
struct Sibling {
    /// The command's name, as the user types it.
    let name: String
    /// The executable's file name.
    let product: String
    /// Whether the executable holds several commands, so that it takes the name as its first argument.
    let takesName: Bool
    /// Whether it is one of this project's.
    let isKnown: Bool

    init(_ name: String) {
        let known = AnnealCommand.siblings
        let product = known.first { $0.name == name }?.product
        self.name = name
        self.product = product ?? "anneal-\(name)"
        takesName = known.count { $0.product == product } > 1
        isKnown = product != nil
    }

    /// Hands the process over if its arguments name a command of another executable; else returns.
    ///
    /// Looks at nothing but the first arguments, and passes all of them on byte for byte. `anneal help NAME` becomes
    /// the other executable's `--help`.
    /// - Throws: ``CommandError`` with ``ExitStatus/noCommand`` if it is a known command whose executable is absent.
    static func handOver() throws(CommandError) {
        let arguments = CommandLine.unsafeArgv
        var index = 1
        let asksForHelp = CommandLine.argc == 3 && arguments[1].map { strcmp($0, "help") } == 0
        if asksForHelp { index = 2 }
        guard CommandLine.argc > index, let word = arguments[index] else { return }
        let name = String(cString: word)
        guard !name.isEmpty, !name.hasPrefix("-"), !name.contains("/"), name != "help", !AnnealCommand.isOwn(name)
        else { return }
        let sibling = Sibling(name)
        let folder = Sibling.folder
        let path = "\(folder)/\(sibling.product)"
        guard access(path, X_OK) == 0 else {
            if sibling.isKnown { throw sibling.absent(from: folder) }
            return
        }
        var handed = [strdup(path)]
        if sibling.takesName { handed.append(word) }
        if asksForHelp {
            handed.append(strdup("--help"))
        } else {
            handed += (index + 1..<Int(CommandLine.argc)).map { arguments[$0] }
        }
        handed.append(nil)
        execv(path, handed)
        throw CommandError(.noCommand, "cannot run \(path): \(SystemError.current)")
    }

    private func absent(from folder: String) -> CommandError {
        let arguments = AnnealCommand.siblings.first { $0.name == name }?.buildArguments ?? "--product \(product)"
        return CommandError(
            .noCommand, "'\(name)' is carried out by \(product), which is not in \(folder)",
            hint: "Build it with 'swift build -c release \(arguments)', and put it there, or a link to it.")
    }

    /// The folder of this executable, links followed.
    private static var folder: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            guard anneal_image_path(buffer.baseAddress, buffer.count) > 0 else { return "." }
            let path = String(cString: buffer.baseAddress!)
            return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        }
    }
}

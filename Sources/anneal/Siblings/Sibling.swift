import AnnealPlatform
import CShippedModel

/// An executable beside this one or on PATH that carries out a command, as git and cargo have it: `anneal NAME …`
/// runs `anneal-NAME …`.
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
    static func handOver(_ arguments: [String]) throws(CommandError) {
        let asksForHelp = arguments.count == 2 && arguments[0] == "help"
        let index = asksForHelp ? 1 : 0
        guard arguments.count > index else { return }
        let name = arguments[index]
        guard !name.isEmpty, !name.hasPrefix("-"), !name.contains("/"), name != "help", !AnnealCommand.isOwn(name)
        else { return }
        let sibling = Sibling(name)
        let folder = Sibling.folder
        guard let path = sibling.path(from: folder) else {
            if sibling.isKnown { throw sibling.absent(from: folder) }
            return
        }
        let own = sibling.takesName ? [path, name] : [path]
        let handed = own + (asksForHelp ? ["--help"] : Array(arguments.dropFirst(index + 1)))
        // Byte for byte, also what is no UTF-8.
        let error = RunningProcess.execute(Path(path), handed.map { Path(argument: $0).bytes })
        throw CommandError(.noCommand, "cannot run \(path): \(error)")
    }

    /// Where the executable is: in `folder`, where its own package builds it, or on PATH.
    private func path(from folder: String) -> String? {
        var folders = [folder]
        if let package = declaration?.package, let root = Sibling.packageRoot(of: folder) {
            folders.append("\(root)/\(package)/.build/release")
        }
        folders += Sibling.foldersOnPath
        return folders.map { "\($0)/\(product)" }.first { Sibling.isExecutable($0) }
    }

    /// The folders on PATH. A relative entry would run what lies in the folder that a person happens to be in.
    private static var foldersOnPath: [String] {
        (Environment.value(of: "PATH") ?? "").split(separator: ":").filter { $0.hasPrefix("/") }.map { String($0) }
    }

    /// What help says of executables that `anneal NAME` would run and that are none of this project's: a heading, and
    /// a line with name and path for each; empty where there are none.
    static var helpOfOthers: String {
        let known = Set(AnnealCommand.siblings.map { $0.product })
        var paths: [String: String] = [:]
        for folder in [folder] + foldersOnPath {
            for file in names(in: folder) where file.hasPrefix("anneal-") && !known.contains(file) {
                let name = String(file.dropFirst("anneal-".count))
                let path = "\(folder)/\(file)"
                if !name.isEmpty, paths[name] == nil, !AnnealCommand.isOwn(name), isExecutable(path) {
                    paths[name] = path
                }
            }
        }
        if paths.isEmpty { return "" }
        let width = paths.keys.map(\.count).max() ?? 0
        return "\n\nOTHER EXECUTABLES:\n"
            + paths.sorted { $0.key < $1.key }.map { name, path in
                "  \(name)\(String(repeating: " ", count: max(22, width) - name.count))  \(path)"
            }.joined(separator: "\n")
    }

    /// The names in a folder; none where PATH names a folder that is not there or cannot be read.
    private static func names(in folder: String) -> [String] {
        ((try? Files.names(in: Path(folder))) ?? []).map { String(decoding: $0, as: UTF8.self) }
    }

    private var declaration: (any SiblingCommand.Type)? { AnnealCommand.siblings.first { $0.name == name } }

    private static func isExecutable(_ path: String) -> Bool {
        (try? Files.status(of: Path(path)))?.kind == .file && Files.isExecutable(Path(path))
    }

    /// The package that built what lies in `folder`, where it lies in a build folder.
    private static func packageRoot(of folder: String) -> String? {
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        return parts.lastIndex(of: ".build").map { parts[..<$0].joined(separator: "/") }
    }

    private func absent(from folder: String) -> CommandError {
        CommandError(
            .noCommand, "'\(name)' is carried out by \(product), which is not in \(folder) and not on PATH",
            hint: "Build it with 'swift build -c release \(declaration?.buildArguments ?? "--product \(product)")'.")
    }

    /// The folder of this executable, links followed.
    private static var folder: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard anneal_image_path(buffer.baseAddress, buffer.count) > 0 else { return "." }
            let path = String(cString: buffer.baseAddress!)
            return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        }
    }
}

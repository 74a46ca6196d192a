package import AnnealPlatform

/// What a user wants indexed, beside the ignore files in the folders.
public struct FileSelection: Sendable {
    /// Patterns, as in a `.gitignore` at each root, of what is passed over. They go before everything else.
    public var excluded: [String]
    /// Patterns of what is taken; if there are any, nothing else is. A folder that matches is taken with all below it.
    public var included: [String]
    /// Whether `.gitignore`, `.ignore`, `.git/info/exclude` and the list of folders that programs fill count.
    public var usesIgnoreFiles: Bool

    public init(excluded: [String] = [], included: [String] = [], usesIgnoreFiles: Bool = true) {
        self.excluded = excluded
        self.included = included
        self.usesIgnoreFiles = usesIgnoreFiles
    }
}

/// The ignore files that count in a folder: its own and those of the folders above, up to the top of the repository.
///
/// An `.ignore` goes before every `.gitignore`, and a deeper file before those above it. Last come `.git/info/exclude` and
/// the folders that programs fill. What is ignored as a folder is not looked into, so nothing below it can be taken back.
package struct IgnoreRules {
    private struct Folder {
        let path: Path
        let ignore: IgnoreList?
        let gitignore: IgnoreList?
        /// Of a repository's top only.
        let exclude: IgnoreList?
        let isRepository: Bool
    }

    /// Folders that programs fill, not people.
    private static let madeByPrograms = IgnoreList(
        lines: ["node_modules/", "__pycache__/", "DerivedData/", "target/", "build/", "dist/"])
    /// A longer file is no list of patterns that anybody wrote.
    private static let bytesMax = 1 << 20

    private var folders: [Folder] = []
    /// Ignore files that could not be read.
    package private(set) var failures: [(path: Path, message: String)] = []

    /// The rules that count in a root, before its own: those above it, if it lies in a repository.
    package init(above root: Path) {
        var above: [Path] = []
        var path = root
        while path != path.folder {
            // A repository's own top has none above it.
            if (try? Files.status(of: path.appending(".git"))) != nil {
                for folder in above.reversed() { enter(folder) }
                return
            }
            path = path.folder
            above.append(path)
        }
        folders = []
    }

    /// Takes up the ignore files of a folder, until ``leave()``.
    package mutating func enter(_ folder: Path) {
        let git = folder.appending(".git")
        let isRepository = (try? Files.status(of: git)) != nil
        folders.append(
            Folder(
                path: folder, ignore: list(folder.appending(".ignore")),
                gitignore: list(folder.appending(".gitignore")),
                exclude: isRepository ? list(git.appending("info").appending("exclude")) : nil,
                isRepository: isRepository))
    }

    package mutating func leave() { folders.removeLast() }

    /// Reads an ignore file; nil where there is none. As for git, a link is none.
    private mutating func list(_ path: Path) -> IgnoreList? {
        do throws(FileError) {
            let status = try Files.status(of: path, followsLinks: false)
            guard status.kind == .file else { return nil }
            guard status.byteCount <= IgnoreRules.bytesMax else {
                failures.append((path, "expected at most \(IgnoreRules.bytesMax) bytes of patterns"))
                return nil
            }
            return IgnoreList(try Files.content(of: path))
        } catch {
            if !error.error.isMissing { failures.append((path, "\(error.error)")) }
            return nil
        }
    }

    /// Whether what lies in the innermost folder is passed over.
    package func ignores(_ path: Path, isFolder: Bool) -> Bool {
        let name = path.name
        func verdict(_ list: IgnoreList?, _ folder: Path) -> Bool? {
            list?.verdict(path.below(folder), name: name, isFolder: isFolder)
        }
        for folder in folders.reversed() {
            if let verdict = verdict(folder.ignore, folder.path) { return verdict }
        }
        for folder in folders.reversed() {
            if let verdict = verdict(folder.gitignore, folder.path) ?? verdict(folder.exclude, folder.path) {
                return verdict
            }
            // What lies above a repository does not count in it.
            if folder.isRepository { break }
        }
        return IgnoreRules.madeByPrograms.verdict(name, name: name, isFolder: isFolder) ?? false
    }
}

extension Path {
    /// What follows a folder and its slash.
    /// - Precondition: the path lies below the folder.
    package func below(_ folder: Path) -> ArraySlice<UInt8> {
        bytes.dropFirst(folder.bytes.count).drop { $0 == UInt8(ascii: "/") }
    }
}

public import AnnealPlatform

/// A file that a walk has found, as the file system described it.
public struct TreeFile: Sendable, Hashable {
    /// The place of its root among those of the walk.
    public let root: Int
    /// From the root; of a root that is a file, its name.
    public let path: Path
    public let stamp: FileStamp
    /// Whether the root is the file itself.
    public let isNamed: Bool

    package init(root: Int, path: Path, stamp: FileStamp, isNamed: Bool) {
        self.root = root
        self.path = path
        self.stamp = stamp
        self.isNamed = isNamed
    }
}

/// What tells one state of a file from another without reading it.
public struct FileStamp: Sendable, Hashable {
    public let byteCount: Int
    /// Nanoseconds since 1970; no program can set the second back.
    public let modified: Int64
    public let changed: Int64
    /// The number of the file in its file system: another file in its place has another.
    public let file: UInt64

    public init(_ status: FileStatus) {
        self.init(byteCount: status.byteCount, modified: status.modified, changed: status.changed, file: status.file)
    }

    package init(byteCount: Int, modified: Int64, changed: Int64, file: UInt64) {
        self.byteCount = byteCount
        self.modified = modified
        self.changed = changed
        self.file = file
    }
}

/// Finds the files below some folders, in the order of their names.
///
/// Symbolic links inside a folder, pipes, devices and what ``IgnoreRules`` say are passed over. What vanishes meanwhile or
/// cannot be read is a failure that does not end the walk.
public struct TreeWalk {
    public struct Options: Sendable {
        public var selection: FileSelection
        /// Whether names that begin with a dot count. What version control keeps never does.
        public var includesHidden: Bool
        /// The languages that are wanted, by name; empty for all.
        public var languages: Set<String>

        public init(
            selection: FileSelection = FileSelection(), includesHidden: Bool = false, languages: Set<String> = []
        ) {
            self.selection = selection
            self.includesHidden = includesHidden
            self.languages = languages
        }
    }

    private let options: Options
    private let excluded: IgnoreList
    private let included: IgnoreList

    public private(set) var files: [TreeFile] = []
    /// What could not be read, with the reason.
    public private(set) var failures: [(path: Path, message: String)] = []

    /// Walks over folders and files.
    /// - Parameter roots: as the user has named them; one inside another gives its files twice.
    /// - Throws: ``FileError`` for a root that is not there or that is neither file nor folder.
    /// - Complexity: O(files · patterns), two calls of the system a folder and one a file.
    public static func run(_ roots: [Path], _ options: Options = Options()) throws(FileError) -> TreeWalk {
        var walk = TreeWalk(options)
        for (number, root) in roots.enumerated() { try walk.visitRoot(root, number) }
        return walk
    }

    private init(_ options: Options) {
        self.options = options
        excluded = IgnoreList(lines: options.selection.excluded)
        included = IgnoreList(lines: options.selection.included)
    }

    /// Where the walk is: a folder by its real name, which the rules go by, and how long the root's is.
    private struct Place {
        let root: Int
        let rootLength: Int
        var rules: IgnoreRules?
        /// Whether a folder above was chosen, and all that it holds.
        var isIncluded = false
    }

    private mutating func visitRoot(_ root: Path, _ number: Int) throws(FileError) {
        let path: Path
        let status: FileStatus
        do throws(FileError) {
            path = try Files.realPath(of: root)
            status = try Files.status(of: path)
        } catch {
            throw FileError(root, error.operation, error.error)
        }
        switch status.kind {
        case .file:
            files.append(TreeFile(root: number, path: Path(bytes: root.name), stamp: FileStamp(status), isNamed: true))
        case .folder:
            let length = path.bytes.last == UInt8(ascii: "/") ? path.bytes.count : path.bytes.count + 1
            var place = Place(
                root: number, rootLength: length,
                rules: options.selection.usesIgnoreFiles ? IgnoreRules(above: path) : nil)
            do throws(FileError) { try visitContent(of: path, &place) } catch {
                throw FileError(root, error.operation, error.error)
            }
            failures += place.rules?.failures ?? []
        case .link, .other: throw FileError(root, "open", .noDevice)
        }
    }

    private mutating func visitContent(of folder: Path, _ place: inout Place) throws(FileError) {
        let names = try Files.names(in: folder).sorted { $0.lexicographicallyPrecedes($1) }
        place.rules?.enter(folder)
        defer { place.rules?.leave() }
        for name in names {
            guard name.first != UInt8(ascii: ".") || options.includesHidden && !Self.isVersionControl(name) else {
                continue
            }
            visit(folder.appending(name), &place)
        }
    }

    private static func isVersionControl(_ name: [UInt8]) -> Bool {
        [".git", ".hg", ".svn", ".jj", ".bzr"].contains { $0.utf8.elementsEqual(name) }
    }

    private mutating func visit(_ path: Path, _ place: inout Place) {
        do throws(FileError) {
            let status = try Files.status(of: path, followsLinks: false)
            guard status.kind == .folder || status.kind == .file else { return }
            let isFolder = status.kind == .folder
            if place.rules?.ignores(path, isFolder: isFolder) == true { return }
            let wasIncluded = place.isIncluded
            defer { place.isIncluded = wasIncluded }
            let below = path.bytes.dropFirst(place.rootLength)
            guard isChosen(below, path.name, isFolder: isFolder, &place) else { return }
            if isFolder {
                try visitContent(of: path, &place)
            } else if isWanted(path.name) {
                files.append(
                    TreeFile(root: place.root, path: Path(bytes: below), stamp: FileStamp(status), isNamed: false))
            }
        } catch {
            failures.append((path, "\(error.error)"))
        }
    }

    /// Whether the patterns of the user let something in. Below a folder that is not chosen something may be.
    private func isChosen(
        _ below: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>, isFolder: Bool, _ place: inout Place
    ) -> Bool {
        if excluded.verdict(below, name: name, isFolder: isFolder) == true { return false }
        guard !included.isEmpty else { return true }
        if let verdict = included.verdict(below, name: name, isFolder: isFolder) { place.isIncluded = verdict }
        return isFolder || place.isIncluded
    }

    /// Whether the name fits the languages that are wanted. Without an ending, only the first line may tell.
    private func isWanted(_ name: ArraySlice<UInt8>) -> Bool {
        guard !options.languages.isEmpty, name.contains(UInt8(ascii: ".")) else { return true }
        let language = SourceLanguage.of(name: name, head: UnsafeBufferPointer(start: nil, count: 0))
        return options.languages.contains(language.name)
    }
}

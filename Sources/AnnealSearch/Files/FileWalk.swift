import AnnealPassages
import AnnealPlatform
import Foundation

/// Finds the documents below some folders and files.
///
/// Hidden files and folders, symbolic links inside a folder and what ``IgnoreRules`` say are passed over without a word;
/// files that hold no text as far as their names tell, and those above ``bytesMax``, with one. Folders are read in the order
/// of their names, so two walks over the same files give the same list.
struct FileWalk {
    /// Larger files are no documents; a file that is named itself may have any size.
    static let bytesMax = 32 << 20

    /// How every file is cut, whatever its name; nil to go by the name.
    private let kind: DocumentKind?
    private let excluded: IgnoreList
    private let included: IgnoreList
    private let usesIgnoreFiles: Bool
    /// The files of the index itself.
    private let own: Set<Path>
    private let now = Int(Date().timeIntervalSince1970 * 1e9)

    private(set) var files: [FoundFile] = []
    /// What could not be read, with the reason.
    private(set) var failures: [(path: Path, message: String)] = []
    private(set) var passedOver: [PassedOverFile] = []
    /// Files and folders that ignore files or options have taken out.
    private(set) var ignored = 0

    /// Walks over folders and files.
    /// - Throws: ``IndexError/unreadable(path:message:)`` for a root that does not exist.
    /// - Returns: the absolute paths of the roots.
    static func run(
        _ roots: [Path], kind: DocumentKind?, selection: FileSelection = FileSelection(), own: [Path] = []
    ) throws(IndexError) -> (walk: FileWalk, roots: [Path]) {
        var walk = FileWalk(kind, selection, own)
        var absolute: [Path] = []
        for root in roots {
            let path: Path
            do throws(FileError) { path = try Files.realPath(of: root) } catch {
                throw .unreadable(path: "\(root)", message: "\(error.error)")
            }
            absolute.append(path)
            var place = Place(root: path, rules: walk.usesIgnoreFiles ? IgnoreRules(above: path) : nil)
            walk.visitRoot(path, &place)
            if let rules = place.rules { walk.failures += rules.failures }
        }
        // A root inside another is found twice.
        var seen: Set<Path> = []
        walk.files = walk.files.filter { seen.insert($0.path).inserted }
        var named: Set<Path> = []
        walk.passedOver = walk.passedOver.filter { !seen.contains($0.path) && named.insert($0.path).inserted }
        return (walk, absolute)
    }

    private init(_ kind: DocumentKind?, _ selection: FileSelection, _ own: [Path]) {
        self.kind = kind
        excluded = IgnoreList(lines: selection.excluded)
        included = IgnoreList(lines: selection.included)
        usesIgnoreFiles = selection.usesIgnoreFiles
        self.own = Set(own)
    }

    /// Where the walk is.
    private struct Place {
        /// The folder from which the patterns of the command line are seen.
        var root: Path
        var rules: IgnoreRules?
        /// Whether a folder above was chosen, and all that it holds.
        var isIncluded = false
    }

    private mutating func visitRoot(_ path: Path, _ place: inout Place) {
        do throws(FileError) {
            let status = try Files.status(of: path)
            if status.kind == .folder {
                try visitContent(of: path, &place)
            } else if status.kind == .file {
                // What is named is wanted, whatever the ignore files say.
                place.root = path.folder
                guard isChosen(path, isFolder: false, &place) else { return }
                take(path, status, isRoot: true)
            }
        } catch {
            failures.append((path, "\(error.error)"))
        }
    }

    private mutating func visitContent(of folder: Path, _ place: inout Place) throws(FileError) {
        let names = try Files.names(in: folder).sorted { $0.lexicographicallyPrecedes($1) }
        place.rules?.enter(folder)
        defer { place.rules?.leave() }
        for name in names where name.first != UInt8(ascii: ".") { visit(folder.appending(name), &place) }
    }

    private mutating func visit(_ path: Path, _ place: inout Place) {
        do throws(FileError) {
            let status = try Files.status(of: path, followsLinks: false)
            guard status.kind == .folder || status.kind == .file else { return }
            let isFolder = status.kind == .folder
            if place.rules?.ignores(path, isFolder: isFolder) == true {
                ignored += 1
                return
            }
            let wasIncluded = place.isIncluded
            defer { place.isIncluded = wasIncluded }
            guard isChosen(path, isFolder: isFolder, &place) else { return }
            if isFolder { try visitContent(of: path, &place) } else { take(path, status, isRoot: false) }
        } catch {
            failures.append((path, "\(error.error)"))
        }
    }

    /// Whether the patterns of the command line let something in. Below a folder that is not chosen something may be.
    private mutating func isChosen(_ path: Path, isFolder: Bool, _ place: inout Place) -> Bool {
        let (below, name) = (path.below(place.root), path.name)
        if excluded.verdict(below, name: name, isFolder: isFolder) == true {
            ignored += 1
            return false
        }
        guard !included.isEmpty else { return true }
        if let verdict = included.verdict(below, name: name, isFolder: isFolder) { place.isIncluded = verdict }
        if isFolder || place.isIncluded { return true }
        ignored += 1
        return false
    }

    private mutating func take(_ path: Path, _ status: FileStatus, isRoot: Bool) {
        guard !own.contains(path) else { return }
        // The endings that are known are UTF-8, whatever stands before them.
        let name = String(decoding: path.name, as: UTF8.self)
        guard let kind = kind ?? DocumentKind.of(fileName: name) ?? (isRoot ? .content : nil) else {
            passedOver.append(PassedOverFile(path: path, reason: .noText))
            return
        }
        guard isRoot || status.byteCount <= FileWalk.bytesMax else {
            passedOver.append(PassedOverFile(path: path, reason: .tooLarge(bytes: status.byteCount)))
            return
        }
        files.append(FoundFile(path: path, kind: kind, status: status, now: now))
    }
}

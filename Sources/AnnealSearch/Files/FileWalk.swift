import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the documents below some folders and files.
///
/// Hidden files and folders, symbolic links inside a folder, files of unknown kinds and files above ``bytesMax`` are
/// passed over. Folders are read in the order of their names, so two walks over the same files give the same list.
struct FileWalk {
    /// Larger files are no documents; a file that is named itself may have any size.
    static let bytesMax = 32 << 20
    /// Folders that programs fill, not people.
    private static let passedOver: Set<String> = [
        "node_modules", "__pycache__", "DerivedData", "target", "build", "dist",
    ]

    /// How every file is cut, whatever its name; nil to go by the name.
    let kind: DocumentKind?
    private(set) var files: [FoundFile] = []
    /// What could not be read, with the reason.
    private(set) var failures: [(path: String, message: String)] = []

    /// Walks over folders and files.
    /// - Throws: ``IndexError/unreadable(path:message:)`` for a root that does not exist.
    /// - Returns: the absolute paths of the roots.
    static func run(_ roots: [String], kind: DocumentKind?) throws(IndexError) -> (walk: FileWalk, roots: [String]) {
        var walk = FileWalk(kind: kind)
        var absolute: [String] = []
        for root in roots {
            guard let resolved = realpath(root, nil) else {
                throw .unreadable(path: root, message: String(cString: strerror(errno)))
            }
            let path = String(cString: resolved)
            free(resolved)
            absolute.append(path)
            walk.visit(path, name: (path as NSString).lastPathComponent, isRoot: true)
        }
        // A root inside another is found twice.
        var seen: Set<String> = []
        walk.files = walk.files.filter { seen.insert($0.path).inserted }
        return (walk, absolute)
    }

    private init(kind: DocumentKind?) { self.kind = kind }

    private mutating func visit(_ path: String, name: String, isRoot: Bool) {
        var information = stat()
        guard lstat(path, &information) == 0 else {
            failures.append((path, String(cString: strerror(errno))))
            return
        }
        switch information.st_mode & S_IFMT {
        case S_IFDIR:
            do {
                let names = try FileManager.default.contentsOfDirectory(atPath: path)
                for name in names.sorted() where !name.hasPrefix(".") && !FileWalk.passedOver.contains(name) {
                    visit(path == "/" ? "/" + name : path + "/" + name, name: name, isRoot: false)
                }
            } catch {
                failures.append((path, "\(error)"))
            }
        case S_IFREG:
            guard let kind = kind ?? DocumentKind.of(fileName: name) ?? (isRoot ? .text : nil) else { return }
            guard isRoot || information.st_size <= FileWalk.bytesMax else { return }
            #if canImport(Darwin)
                let modified = information.st_mtimespec
            #else
                let modified = information.st_mtim
            #endif
            files.append(
                FoundFile(
                    path: path, kind: kind, size: Int(information.st_size),
                    modifiedNanoseconds: Int(modified.tv_sec) * 1_000_000_000 + Int(modified.tv_nsec)))
        default: break
        }
    }
}

import AnnealPlatform
import Foundation

/// Finds the documents below some folders and files.
///
/// Hidden files and folders, symbolic links inside a folder, files of unknown kinds and files above ``bytesMax`` are
/// passed over. Folders are read in the order of their names, so two walks over the same files give the same list.
struct FileWalk {
    /// Larger files are no documents; a file that is named itself may have any size.
    static let bytesMax = 32 << 20
    /// Folders that programs fill, not people.
    private static let passedOver: Set<[UInt8]> = Set(
        ["node_modules", "__pycache__", "DerivedData", "target", "build", "dist"].map { Array($0.utf8) })

    /// How every file is cut, whatever its name; nil to go by the name.
    let kind: DocumentKind?
    private let now = Int(Date().timeIntervalSince1970 * 1e9)
    private(set) var files: [FoundFile] = []
    /// What could not be read, with the reason.
    private(set) var failures: [(path: Path, message: String)] = []

    /// Walks over folders and files.
    /// - Throws: ``IndexError/unreadable(path:message:)`` for a root that does not exist.
    /// - Returns: the absolute paths of the roots.
    static func run(_ roots: [Path], kind: DocumentKind?) throws(IndexError) -> (walk: FileWalk, roots: [Path]) {
        var walk = FileWalk(kind: kind)
        var absolute: [Path] = []
        for root in roots {
            let path: Path
            do throws(FileError) { path = try Files.realPath(of: root) } catch {
                throw .unreadable(path: "\(root)", message: "\(error.error)")
            }
            absolute.append(path)
            walk.visit(path, isRoot: true)
        }
        // A root inside another is found twice.
        var seen: Set<Path> = []
        walk.files = walk.files.filter { seen.insert($0.path).inserted }
        return (walk, absolute)
    }

    private init(kind: DocumentKind?) { self.kind = kind }

    private mutating func visit(_ path: Path, isRoot: Bool) {
        do throws(FileError) {
            let status = try Files.status(of: path, followsLinks: false)
            switch status.kind {
            case .folder:
                let names = try Files.names(in: path).sorted { $0.lexicographicallyPrecedes($1) }
                for name in names where name.first != UInt8(ascii: ".") && !FileWalk.passedOver.contains(name) {
                    visit(path.appending(name), isRoot: false)
                }
            case .file:
                // The endings that are known are UTF-8, whatever stands before them.
                let name = String(decoding: path.name, as: UTF8.self)
                guard let kind = kind ?? DocumentKind.of(fileName: name) ?? (isRoot ? .text : nil) else { return }
                guard isRoot || status.byteCount <= FileWalk.bytesMax else { return }
                files.append(FoundFile(path: path, kind: kind, status: status, now: now))
            case .link, .other: break
            }
        } catch {
            failures.append((path, "\(error.error)"))
        }
    }
}

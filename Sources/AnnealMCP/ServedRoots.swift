public import AnnealPlatform

/// The folders that a server answers about. Nothing outside them is looked at, whatever a path or a link says.
public struct ServedRoots: Sendable {
    /// Absolute and without links.
    public let folders: [Path]

    /// - Throws: ``FileError`` for a root that is not there.
    public init(_ roots: [Path]) throws(FileError) {
        var folders: [Path] = []
        for root in roots { folders.append(try Files.realPath(of: root)) }
        // One that lies in another would give its files twice.
        self.folders = folders.enumerated().filter { index, folder in
            !folders.enumerated().contains { other, around in
                other != index && folder.isBelow(around) && (folder != around || other < index)
            }
        }.map(\.element)
    }

    /// A file or folder below one of the roots.
    public struct Place: Hashable, Sendable {
        /// The number of the root.
        public let root: Int
        /// From the root; empty for the root itself.
        public let path: Path
    }

    /// Why a path is not answered about.
    public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        case missing(FileError)
        case outside(Path)

        public var description: String {
            switch self {
            case .missing(let error): "expected a file or folder of the tree, found \(error.path): \(error.error)"
            case .outside(let path): "expected a path below the roots, found \(path), which leads out of them"
            }
        }
    }

    /// Finds what a path of a client's names: absolute, or from a root.
    /// - Throws: ``Refusal`` for what is not there and for what lies outside, links followed.
    public func place(_ text: String) throws(Refusal) -> Place {
        let path = Path(argument: text)
        let candidates = path.isAbsolute ? [path] : folders.map { $0.appending(path.bytes) }
        var missing: FileError?
        for candidate in candidates {
            let real: Path
            do throws(FileError) { real = try Files.realPath(of: candidate) } catch {
                missing = missing ?? FileError(path, error.operation, error.error)
                continue
            }
            guard let root = folders.firstIndex(where: { real.isBelow($0) }) else { throw .outside(path) }
            let rest = real.bytes.dropFirst(folders[root].bytes.count).drop { $0 == UInt8(ascii: "/") }
            return Place(root: root, path: Path(bytes: rest))
        }
        // There is at least one candidate, and none was found.
        throw .missing(missing ?? FileError(path, "realpath", .missing))
    }

    /// A file as it is shown: from the root where there is one alone.
    func shown(_ path: Path, root: Int) -> Path { folders.count == 1 ? path : folders[root].appending(path.bytes) }
}

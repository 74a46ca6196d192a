import AnnealPlatform

/// A file that is to be indexed, as the file system described it.
struct FoundFile: Sendable {
    /// Absolute, without symbolic links in its folders.
    let path: Path
    let kind: DocumentKind
    let size: Int
    let modifiedNanoseconds: Int
    /// When content or status last changed, which no program can set back. 0 for a file that has changed just now: one more
    /// change might have the same time.
    let changedNanoseconds: Int

    /// Clocks of file systems take steps of up to this.
    private static let stepNanoseconds = 2_000_000_000

    /// - Parameter now: nanoseconds since 1970, before the file was looked at.
    init(path: Path, kind: DocumentKind, status: FileStatus, now: Int) {
        self.path = path
        self.kind = kind
        size = status.byteCount
        modifiedNanoseconds = Int(status.modified)
        changedNanoseconds = Int(status.changed) < now - FoundFile.stepNanoseconds ? Int(status.changed) : 0
    }
}

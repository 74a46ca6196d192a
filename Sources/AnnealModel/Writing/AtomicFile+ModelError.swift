import AnnealContainer
import AnnealPlatform

extension AtomicFile {
    /// Fills a file and puts it in place.
    static func write(
        to path: String, _ body: (AtomicFile) throws(ModelError) -> Void
    ) throws(ModelError) {
        let file: AtomicFile
        do throws(FileError) { file = try AtomicFile(Path(argument: path)) } catch {
            throw error.error == .isFolder ? .container(.isDirectory(path: path)) : ModelError(unwritable: error)
        }
        try body(file)
        do throws(FileError) { try file.commit() } catch { throw ModelError(unwritable: error) }
    }

    /// Appends bytes.
    func append(_ bytes: [UInt8]) throws(ModelError) {
        do throws(FileError) { try write(bytes) } catch { throw ModelError(unwritable: error) }
    }
}

extension ModelError {
    fileprivate init(unwritable error: FileError) {
        self = .container(
            .unwritable(path: "\(error.path)", operation: error.operation, code: error.error.code))
    }
}

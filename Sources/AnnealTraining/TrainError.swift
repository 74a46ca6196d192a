import AnnealFormats
import AnnealPlatform

/// Why training could not go on: where, what was expected, what was found.
public struct TrainError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file, a setting, or an address.
    public let place: String
    public let expected: String
    public let found: String

    public init(place: String, expected: String, found: String) {
        self.place = place
        self.expected = expected
        self.found = found
    }

    /// What is wrong with a file of a format that others read as well.
    init(_ error: FormatError) { self.init(place: "\(error.path)", expected: error.expected, found: error.found) }

    public var description: String { "\(place): expected \(expected), found \(found)" }
}

extension TrainError {
    /// What the system said of a file.
    init(_ error: FileError, expected: String) {
        self.init(place: "\(error.path)", expected: expected, found: "\(error.error)")
    }
}

extension AtomicFile {
    /// Fills a file and puts it in place; if anything fails, what was there before is there still.
    static func write(
        to path: String, _ body: (AtomicFile) throws(TrainError) -> Void
    ) throws(TrainError) {
        let expected = "a file that can be written"
        let file: AtomicFile
        do throws(FileError) { file = try AtomicFile(Path(argument: path)) } catch {
            throw TrainError(error, expected: expected)
        }
        try body(file)
        do throws(FileError) { try file.commit() } catch { throw TrainError(error, expected: expected) }
    }

    /// Appends bytes.
    func append(_ bytes: UnsafeRawBufferPointer) throws(TrainError) {
        do throws(FileError) { try write(bytes) } catch {
            throw TrainError(error, expected: "a disk that takes the data")
        }
    }
}

extension MappedFile {
    /// Maps a file.
    convenience init(path: String) throws(TrainError) {
        do throws(FileError) { try self.init(Path(argument: path)) } catch {
            throw TrainError(error, expected: error.operation == "open" ? "a readable file" : "a regular file")
        }
    }
}

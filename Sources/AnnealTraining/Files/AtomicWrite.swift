import Foundation

/// A file that appears under its name only when it is complete: written beside, flushed to the disk, renamed.
///
/// The file beside has one name, so that runs that are killed leave one behind at most, which the next one writes anew;
/// a lock keeps two runs from writing it together.
final class AtomicWrite {
    private let path: String
    private let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    /// Fills a file and puts it in place; if anything fails, nothing is left beside.
    static func write(to path: String, _ body: (AtomicWrite) throws(TrainError) -> Void) throws(TrainError) {
        let partial = path + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw TrainError(place: partial, expected: "a file that no other run writes", found: "a locked one")
        }
        do throws(TrainError) {
            do throws(TrainError) {
                guard ftruncate(descriptor, 0) == 0 else { throw failure(path) }
                try body(AtomicWrite(path: path, descriptor: descriptor))
                guard fsync(descriptor) == 0 else { throw failure(path) }
            } catch {
                close(descriptor)
                throw error
            }
            guard close(descriptor) == 0, rename(partial, path) == 0 else { throw failure(path) }
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// Appends bytes, however many calls the system makes of it.
    func append(_ bytes: UnsafeRawBufferPointer) throws(TrainError) {
        var done = 0
        while done < bytes.count {
            // A call may write at most 2 GB on Linux, and says how much it did.
            let written = Foundation.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if written < 0 {
                if errno == EINTR { continue }
                throw Self.failure(path)
            }
            done += written
        }
    }

    private static func failure(_ path: String) -> TrainError {
        TrainError(place: path, expected: "a file that can be written", found: String(cString: strerror(errno)))
    }
}

import Foundation

/// A file, mapped for reading.
///
/// Sendable: nothing writes to the mapping. The file must not shrink while it is mapped; the files of training are
/// only ever replaced or appended to.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init(path: String) throws(TrainError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw TrainError(place: path, expected: "a readable file", found: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            throw TrainError(place: path, expected: "a regular file", found: "something else")
        }
        let count = Int(information.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw TrainError(
                place: path, expected: "a file that can be mapped", found: String(cString: strerror(errno)))
        }
        bytes = UnsafeRawBufferPointer(start: base, count: count)
    }

    deinit {
        if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
    }

    /// Gives the memory back that reading took; what is read again comes from the file again.
    func release() {
        if let base = bytes.baseAddress {
            _ = madvise(UnsafeMutableRawPointer(mutating: base), bytes.count, MADV_DONTNEED)
        }
    }

    /// A copy of all bytes as text; what is no UTF-8 becomes U+FFFD.
    /// - Complexity: O(bytes).
    var text: String {
        // The mapping must outlive the copying, which an object that nobody names afterwards need not.
        withExtendedLifetime(self) { String(decoding: bytes, as: UTF8.self) }
    }

    /// Where each line begins and ends, without its line feed; a last line need not have one.
    /// - Complexity: O(bytes).
    func lines() -> [Range<Int>] {
        guard let base = bytes.baseAddress else { return [] }
        var lines: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let found = memchr(base + start, 0x0A, bytes.count - start)
            let end = found.map { UnsafeRawPointer($0) - base } ?? bytes.count
            lines.append(start..<end)
            start = end + 1
        }
        return lines
    }

    subscript(range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
}

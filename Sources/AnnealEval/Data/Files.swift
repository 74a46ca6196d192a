#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reading folders and files whole.
enum Files {
    /// The names in a folder, without hidden ones.
    static func entries(of directory: String) throws(EvalError) -> [String] {
        guard let stream = opendir(directory) else {
            throw EvalError(place: directory, expected: "a folder", found: String(cString: strerror(errno)))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    static func content(of path: String) throws(EvalError) -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw EvalError(place: path, expected: "a file", found: String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count > 0 { content.append(contentsOf: block[..<count]) }
            if count < block.count {
                if ferror(file) != 0 {
                    throw EvalError(place: path, expected: "a readable file", found: String(cString: strerror(errno)))
                }
                return content
            }
        }
    }
}

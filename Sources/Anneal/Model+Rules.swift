import AnnealModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Model {
    /// This model with the phrases and rules of a text file added, in memory.
    /// - Throws: ``EngineError/rules(path:_:)`` for a file that cannot be read or a line that says nothing known.
    func adding(rulesAt path: String) throws(EngineError) -> Model {
        guard let file = fopen(path, "rb") else { throw .rules(path: path, String(cString: strerror(errno))) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard ferror(file) == 0 else { throw .rules(path: path, String(cString: strerror(errno))) }
        do throws(ModelSourceError) {
            return try RulePatch.apply(String(decoding: bytes, as: UTF8.self), to: self)
        } catch {
            throw .rules(path: path, "\(error)")
        }
    }
}

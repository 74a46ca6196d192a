import Testing

#if canImport(Glibc)
    import Glibc

    /// The targets of the hot path import no Foundation: none of their object code refers to it.
    ///
    @Suite struct FoundationFreeTests {
        /// Symbols of Foundation's Swift module are mangled with its name.
        private static let marks = ["10Foundation", "20FoundationEssentials"].map { Array($0.utf8) }
        private static let engine = [
            "AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealMachine", "AnnealModel", "Anneal",
        ]

        @Test("object files of the engine name no symbol of Foundation", arguments: engine)
        func objects(target: String) throws {
            let folder = Self.buildFolder + "/\(target).build"
            let objects = Self.files(in: folder).filter { $0.hasSuffix(".o") }
            try #require(!objects.isEmpty, "no object files in \(folder)")
            for object in objects {
                let bytes = try #require(Self.read(object))
                for mark in Self.marks { #expect(!Self.contains(bytes, mark), "\(object)") }
            }
        }

        @Test("the mark is found where Foundation is used: the command-line parser's objects")
        func positiveControl() {
            let folder = Self.buildFolder + "/ArgumentParser.build"
            let found = Self.files(in: folder).filter { $0.hasSuffix(".o") }.contains { path in
                guard let bytes = Self.read(path) else { return false }
                return Self.marks.contains { Self.contains(bytes, $0) }
            }
            #expect(found)
        }

        private static var buildFolder: String {
            var path = [CChar](repeating: 0, count: 4096)
            let length = readlink("/proc/self/exe", &path, path.count - 1)
            let image = String(decoding: path[..<max(0, length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return String(image[..<(image.lastIndex(of: "/") ?? image.startIndex)])
        }

        private static func files(in folder: String) -> [String] {
            guard let directory = opendir(folder) else { return [] }
            defer { closedir(directory) }
            var names: [String] = []
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                names.append("\(folder)/\(name)")
            }
            return names
        }

        private static func read(_ path: String) -> [UInt8]? {
            guard let file = fopen(path, "rb") else { return nil }
            defer { fclose(file) }
            fseek(file, 0, SEEK_END)
            var bytes = [UInt8](repeating: 0, count: max(0, ftell(file)))
            rewind(file)
            return fread(&bytes, 1, bytes.count, file) == bytes.count ? bytes : nil
        }

        private static func contains(_ bytes: [UInt8], _ mark: [UInt8]) -> Bool {
            bytes.withUnsafeBytes { bytes in
                var start = 0
                while bytes.count - start >= mark.count {
                    let rest = bytes.baseAddress! + start
                    guard let found = memchr(rest, Int32(mark[0]), bytes.count - start - mark.count + 1) else { break }
                    if memcmp(found, mark, mark.count) == 0 { return true }
                    start = UnsafeRawPointer(found) - bytes.baseAddress! + 1
                }
                return false
            }
        }
    }
#endif

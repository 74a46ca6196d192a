import Foundation
import Testing

@testable import AnnealServiceKit

@Suite("API keys")
struct APIKeysTests {
    @Test("Keys are let in whole and only whole")
    func keys() {
        let keys = APIKeys(["first", "second-key"])
        #expect(keys.allow("Bearer first") && keys.allow("bearer second-key"))
        for wrong in [
            nil, "", "Bearer", "Bearer ", "first", "Basic first", "Bearer firs", "Bearer first1", "Bearer First",
            "Bearer first ", "Bearer second-ke", "Bearer firstfirst",
        ] {
            #expect(!keys.allow(wrong), "\(wrong ?? "nothing")")
        }
        #expect(APIKeys([]).allow(nil), "no keys let everyone in")
    }

    @Test("They come from a file and a variable, and a file without keys does not open the door")
    func sources() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "anneal-keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "keys").path
        try Data("one\n\ntwo \r\n".utf8).write(to: URL(filePath: file))
        let both = try APIKeys(file: file, variable: "three,four")
        for key in ["one", "two", "three", "four"] { #expect(both.allow("Bearer \(key)"), "\(key)") }
        #expect(!both.allow("Bearer three,four") && !both.allow(nil))
        #expect(try APIKeys(file: nil, variable: nil).allow(nil))
        for nothing in ["", " ", ",,", " , \t"] {
            #expect(throws: APIKeysError.noKeys("ANNEAL_API_KEYS")) { try APIKeys(file: nil, variable: nothing) }
        }
        let spaced = try APIKeys(file: nil, variable: " a, b\t,,c ")
        for key in ["a", "b", "c"] { #expect(spaced.allow("Bearer \(key)"), "\(key)") }
        #expect(!spaced.allow("Bearer  b") && !spaced.allow("Bearer "))
        for unusable in ["a b", "a\u{1}b", "a\nb", "a\u{7F}"] {
            #expect(throws: APIKeysError.unusable(number: 2, of: "ANNEAL_API_KEYS")) {
                try APIKeys(file: nil, variable: "good,\(unusable)")
            }
        }
        try Data("good b\u{0}d".utf8).write(to: URL(filePath: file))
        #expect(throws: APIKeysError.unusable(number: 2, of: file)) { try APIKeys(file: file, variable: nil) }
        try Data(" \n".utf8).write(to: URL(filePath: file))
        #expect(throws: APIKeysError.noKeys(file)) { try APIKeys(file: file, variable: "three") }
        #expect(throws: APIKeysError.unreadable(folder.path)) { try APIKeys(file: folder.path, variable: nil) }
    }
}

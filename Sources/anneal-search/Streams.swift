import AnnealJSON
import AnnealPlatform
import Foundation

extension FileDescriptor {
    /// Writes a line at once: who reads from a pipe waits for it.
    func writeLine(_ text: String) throws(SearchToolError) {
        do throws(SystemError) { try write(Array((text + "\n").utf8)) } catch {
            throw SearchToolError(status: 74, "cannot write: \(error)")
        }
    }

    /// Writes to the person who waits. Where nobody can be told anything, nothing is lost by silence.
    func tell(_ text: String) { try? write(Array(text.utf8)) }
}

extension JSONText {
    /// A path that is UTF-8 as it is. Another one is escaped as in messages, and has its bytes beside it.
    mutating func path(_ path: Path) {
        value("path", path.text ?? "\(path)")
        if path.text == nil { value("path_base64", Data(path.bytes).base64EncodedString()) }
    }
}

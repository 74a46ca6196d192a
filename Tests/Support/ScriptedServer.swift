import Foundation
import Synchronization

/// An HTTP server on a free local port that answers each request by a function.
package final class ScriptedServer: Sendable {
    package struct Reply: Sendable {
        package var status: Int
        package var headers: [String]
        package var body: String
        /// Close the connection after so many bytes of the body.
        package var cut: Int?

        package init(status: Int = 200, headers: [String] = [], body: String = "", cut: Int? = nil) {
            (self.status, self.headers, self.body, self.cut) = (status, headers, body, cut)
        }
    }

    package let port: UInt16
    private let listener: Int32
    private let requests = Mutex<[String]>([])
    private let script: @Sendable (_ number: Int, _ body: String) -> Reply

    /// - Parameter script: gets the number of the request, from 0, and its body.
    package init(_ script: @escaping @Sendable (Int, String) -> Reply) throws {
        self.script = script
        #if canImport(Darwin)
            let kind = SOCK_STREAM
        #else
            let kind = Int32(SOCK_STREAM.rawValue)
        #endif
        let listener = socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in serve() }
    }

    /// Ends the loop: the thread keeps this alive until then.
    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    package var address: String { "http://127.0.0.1:\(port)/v1" }
    /// The bodies of the requests so far.
    package var bodies: [String] { requests.withLock { $0 } }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            if let body = readRequest(connection) {
                let number = requests.withLock { all in
                    all.append(body)
                    return all.count - 1
                }
                answer(connection, script(number, body))
            }
            close(connection)
        }
        close(listener)
    }

    private func readRequest(_ connection: Int32) -> String? {
        var data = Data()
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(connection, &block, block.count, 0)
            guard count > 0 else { return nil }
            data.append(contentsOf: block[..<count])
            guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { continue }
            let head = String(decoding: data[..<end.lowerBound], as: UTF8.self).lowercased()
            let length = head.firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.output.1) } ?? 0
            if data.count - end.upperBound >= length { return String(decoding: data[end.upperBound...], as: UTF8.self) }
        }
    }

    private func answer(_ connection: Int32, _ reply: Reply) {
        let body = Array(reply.body.utf8)
        var text = "HTTP/1.1 \(reply.status) X\r\nContent-Type: application/json\r\nConnection: close\r\n"
        text += "Content-Length: \(body.count)\r\n"
        for header in reply.headers { text += header + "\r\n" }
        let bytes = Array((text + "\r\n").utf8) + body.prefix(reply.cut ?? body.count)
        #if canImport(Darwin)
            _ = send(connection, bytes, bytes.count, 0)
        #else
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        #endif
    }
}

import GRPCNIOTransportHTTP2Posix
import NIOSSL

/// The certificate and key of a server, as PEM files.
public struct TLSFiles: Sendable {
    public let certificates: String
    public let key: String

    /// - Parameters:
    ///   - certificates: the server's certificate, then those that vouch for it.
    ///   - key: its private key.
    public init(certificates: String, key: String) {
        self.certificates = certificates
        self.key = key
    }

    /// Reads them once, so that what is wrong with them is told before anything listens.
    /// - Throws: `NIOSSLError` or an error of the system for files that cannot be read, are no PEM or do not belong
    ///   together.
    public func check() throws {
        _ = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificates).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
    }

    var security: HTTP2ServerTransport.Posix.TransportSecurity {
        .tls(
            certificateChain: [.file(path: certificates, format: .pem)], privateKey: .file(path: key, format: .pem))
    }
}

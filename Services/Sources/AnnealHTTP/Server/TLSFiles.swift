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

    /// - Throws: `NIOSSLError` or an error of the system for files that cannot be read or are no PEM.
    func configuration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificates).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}

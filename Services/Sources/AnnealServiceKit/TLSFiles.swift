public import NIOSSL

/// The certificate and key of a server, as PEM files that were read once, so that what is wrong with them is told before
/// anything listens.
public struct TLSFiles: Sendable {
    public let certificates: String
    public let key: String
    /// What a server makes of them; protocols are for it to name.
    public let configuration: TLSConfiguration

    /// - Parameters:
    ///   - certificates: the server's certificate, then those that vouch for it.
    ///   - key: its private key.
    /// - Throws: `NIOSSLError` or an error of the system for files that cannot be read, are no PEM or do not belong
    ///   together.
    public init(certificates: String, key: String) throws {
        self.certificates = certificates
        self.key = key
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificates).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        self.configuration = configuration
        _ = try NIOSSLContext(configuration: configuration)
    }
}

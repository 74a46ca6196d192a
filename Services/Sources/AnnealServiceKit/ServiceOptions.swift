public import Anneal
import AnnealPlatform
public import ArgumentParser
public import Logging

/// The options that both services have, and what they stand for.
public struct ServiceOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A model file, as NAME=PATH or PATH. Without NAME the one that the file says it has. Default: the shipped model.",
            valueName: "model"))
    public var model: [String] = []
    @Option(
        help: ArgumentHelp(
            "A table of rows for what a model has no piece for, as NAME=PATH, or PATH for the first model: 'anneal lookup build --align'.",
            valueName: "table"))
    public var lookup: [String] = []
    @Option(
        help: "How programs are rewritten: naive, compiled, or annealed for better vectors at half the engine's speed.")
    public var mode = Mode.compiled
    @Option(help: "The most bytes of a text.") public var maxTextBytes = ServedModel.TextRules().bytes
    @Flag(help: "Answer texts without a byte with zeros, and do not refuse them.")
    public var acceptEmptyTexts = false
    @Option(
        help: ArgumentHelp(
            "A file of API keys, one a line. Clients send one as 'authorization: Bearer KEY'.", valueName: "file"),
        completion: .file())
    public var apiKeys: String?
    @Option(help: ArgumentHelp("The server's certificates, as PEM; needs --tls-key.", valueName: "file"))
    public var tlsCertificates: String?
    @Option(help: ArgumentHelp("The server's private key, as PEM.", valueName: "file"))
    public var tlsKey: String?
    @Option(help: "Seconds that what is running has to finish when the service is asked to end.")
    public var drainSeconds = 30
    @Option(help: "What is logged; debug has a line for each request.")
    public var logLevel = Logger.Level.info
    @Option(help: "text, or json for one object a line.")
    public var logFormat = LogFormat.text

    public init() {}

    /// What may come from the environment instead.
    static let variables = [
        "lookup", "mode", "max-text-bytes", "tls-certificates", "tls-key", "drain-seconds", "log-level", "log-format",
    ]

    /// The arguments of the running command, those that the environment stands for first.
    /// - Parameters:
    ///   - options: the service's own, beside those of ``ServiceOptions``.
    ///   - flags: its own options without a value.
    public static func arguments(for options: [String], flags: [String] = []) throws -> [String] {
        // What it cannot read it must not take for none: it might serve without the keys that were asked for.
        guard let all = RunningProcess.arguments, !all.isEmpty else {
            throw ValidationError("expected arguments; the system does not tell this process its own.")
        }
        let variables = OptionVariables.arguments(
            for: variables + options, flags: ["accept-empty-texts"] + flags, value: Environment.value(of:))
        return variables + all.dropFirst().map(\.argument)
    }

    public func validate() throws {
        guard (tlsCertificates == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificates and --tls-key go together.")
        }
        try ServiceOptions.check([("--max-text-bytes", maxTextBytes), ("--drain-seconds", drainSeconds)])
    }

    /// - Throws: `ValidationError` for the first number that is not in `range`.
    public static func check(
        _ numbers: [(option: String, value: Int)], in range: ClosedRange<Int> = 1...Int(Int32.max)
    ) throws {
        for (option, value) in numbers where !range.contains(value) {
            throw ValidationError("\(option): expected \(range.lowerBound) to \(range.upperBound), found \(value).")
        }
    }

    // MARK: What the options stand for

    /// - Parameter label: the name of the service.
    public func logger(label: String) -> Logger {
        var logger = Logger(label: label) { label -> any LogHandler in
            switch logFormat {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: StructuredLogHandler(label: label)
            }
        }
        logger.logLevel = logLevel
        return logger
    }

    /// - Throws: `ExitCode` 66 for a file that cannot be read, `ValidationError` for keys that cannot be used.
    public func keys(_ logger: Logger) throws -> APIKeys {
        do {
            return try APIKeys(file: apiKeys, variable: Environment.value(of: "ANNEAL_API_KEYS"))
        } catch .unreadable(let path) {
            throw ServiceOptions.failure(66, "no keys", "--api-keys: \(APIKeysError.unreadable(path))", logger)
        } catch {
            throw ValidationError("API keys: \(error).")
        }
    }

    /// nil for a service without TLS.
    /// - Throws: `ExitCode` 66 for a certificate or a key that cannot be used.
    public func tls(_ logger: Logger) throws -> TLSFiles? {
        guard let tlsCertificates, let tlsKey else { return nil }
        do {
            return try TLSFiles(certificates: tlsCertificates, key: tlsKey)
        } catch {
            throw ServiceOptions.failure(66, "the certificate or its key cannot be used", "\(error)", logger)
        }
    }

    /// Raises the number of files, and so of connections, as far as it may go. Where that is refused it stays what it
    /// was, and connections beyond it wait.
    public static func raiseFileLimit() { try? RunningProcess.raiseFileLimit() }

    /// Logs why the service ends, and gives the status that it ends with.
    public static func failure(
        _ status: Int32, _ message: Logger.Message, _ error: String, _ logger: Logger
    ) -> ExitCode {
        logger.critical(message, metadata: ["error": "\(error)"])
        return ExitCode(status)
    }
}

/// How events are written to standard error.
public enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text
    case json
}

/// Modes are options by their names.
extension Mode: @retroactive ExpressibleByArgument {}

/// Levels are options by their names.
extension Logger.Level: @retroactive ExpressibleByArgument {}

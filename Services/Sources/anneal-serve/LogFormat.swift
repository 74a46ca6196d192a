import AnnealHTTP
import ArgumentParser
import Logging

/// How events are written to standard error.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json

    func logger(level: Logger.Level) -> Logger {
        var logger = Logger(label: "anneal-serve") { label -> any LogHandler in
            self == .json ? StructuredLogHandler(label: label) : StreamLogHandler.standardError(label: label)
        }
        logger.logLevel = level
        return logger
    }
}

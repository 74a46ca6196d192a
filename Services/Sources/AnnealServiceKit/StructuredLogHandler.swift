import AnnealJSON
import AnnealPlatform
import FoundationEssentials
public import Logging

/// Writes each event as one line of JSON to standard error: time, level, label, message, and what belongs to it.
public struct StructuredLogHandler: LogHandler {
    public var logLevel = Logger.Level.info
    public var metadata: Logger.Metadata = [:]
    private let label: String

    public init(label: String) { self.label = label }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = Array(line(event, at: Date.now).utf8)
        line.append(UInt8(ascii: "\n"))
        // One call, so that lines of several threads do not mix. A log that cannot be written has nowhere to say so.
        try? FileDescriptor.standardError.write(line)
    }

    func line(_ event: LogEvent, at time: Date) -> String {
        var json = JSONText()
        json.object { json in
            json.value("time", time.formatted(.iso8601.time(includingFractionalSeconds: true)))
            json.value("level", event.level.rawValue)
            json.value("label", label)
            json.value("message", "\(event.message)")
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            for (key, value) in all.sorted(by: { $0.key < $1.key }) { json.value(key, "\(value)") }
        }
        return json.text
    }
}

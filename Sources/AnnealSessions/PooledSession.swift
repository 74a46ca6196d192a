public import Anneal

/// A session and what it was made for. Used by one thread at a time: whoever took it from the ``SessionPool``.
public final class PooledSession {
    public let settings: SessionSettings
    public var session: Session

    init(_ engine: Engine, _ settings: SessionSettings) throws(EngineError) {
        self.settings = settings
        session = try engine.makeSession(
            mode: settings.mode, normalize: settings.normalize, dimension: settings.dimension)
    }
}

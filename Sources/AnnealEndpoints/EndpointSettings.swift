/// How an OpenAI-compatible endpoint is asked.
public struct EndpointSettings: Sendable {
    /// The address of the service up to and including the version: `http://localhost:8080/v1`.
    public var address: String
    /// The model to ask for.
    public var model: String
    /// Sent as a bearer token if there is one.
    public var key: String?
    /// Texts of a request.
    public var batch: Int
    /// At most so many requests a second; nil for no limit.
    public var requestsPerSecond: Double?
    /// A request that fails in a way that may pass is sent again so many times.
    public var retries: Int
    /// The pause before the first retry, in seconds; each further one is twice as long, up to ``longestPause``, unless the
    /// service says how long to wait.
    public var firstPause: Double
    public var longestPause: Double
    /// A request that takes longer, in seconds, has failed.
    public var timeout: Double

    public init(
        address: String, model: String, key: String? = nil, batch: Int = 64, requestsPerSecond: Double? = nil,
        retries: Int = 6, firstPause: Double = 1, longestPause: Double = 60, timeout: Double = 120
    ) {
        self.address = address
        self.model = model
        self.key = key
        self.batch = batch
        self.requestsPerSecond = requestsPerSecond
        self.retries = retries
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.timeout = timeout
    }
}

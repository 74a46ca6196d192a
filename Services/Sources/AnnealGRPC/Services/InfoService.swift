import Anneal
import AnnealServiceKit
import GRPCCore

/// `tei.v1.Info`: what is served.
struct InfoService: Tei_V1_Info.SimpleServiceProtocol {
    let model: ServedModel
    let limits: Limits

    /// Lengths are in bytes, of which a token has one at least: this model counts no tokens first.
    func info(request: Tei_V1_InfoRequest, context: ServerContext) async throws -> Tei_V1_InfoResponse {
        var info = Tei_V1_InfoResponse()
        info.version = Engine.version
        info.modelID = model.name
        info.modelSha = model.contentHash
        info.modelDtype = "int8"
        info.modelType = .embedding
        info.maxConcurrentRequests = UInt32(clamping: limits.calls)
        info.maxInputLength = UInt32(clamping: model.rules.bytes)
        info.maxBatchTokens = UInt32(clamping: limits.messageBytes)
        info.maxClientBatchSize = 1
        info.tokenizationWorkers = 1
        return info
    }
}

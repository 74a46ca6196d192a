import ArgumentParser

struct GRPCCommand: SiblingCommand {
    static let name = "grpc"
    static let product = "anneal-grpc"
    static let abstract = "Answer requests over gRPC."
    // A package of its own, for it brings gRPC.
    static let buildArguments = "--package-path GRPC --product anneal-grpc"
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}

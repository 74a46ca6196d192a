public import Anneal
public import AnnealFormats
public import AnnealPlatform
public import ArgumentParser

extension Mode: ExpressibleByArgument {}

/// `AnnealCommand.main` hands arguments over in the form of `Path.argument`, which keeps bytes that are no UTF-8.
extension Path: ExpressibleByArgument {}

/// By the name of a format that can be written.
extension VectorFormat: ExpressibleByArgument {
    public init?(argument: String) {
        guard let format = Self.written.first(where: { $0.name == argument }) else { return nil }
        self = format
    }

    public static var allValueStrings: [String] { written.map(\.name) }

    public var defaultValueDescription: String { name }
}

import AnnealPlatform
import CShippedModel

/// Where the model that ships with the package lies.
enum ShippedModel {
    static let fileName = "default.anneal"

    /// The path of the shipped model.
    ///
    /// Looks at, in this order: `ANNEAL_MODEL`; the resource folder beside the program or library, where
    /// `swift build` puts it; `../share/anneal` and `../lib/anneal` from there, for an installed program.
    /// - Throws: ``EngineError/noShippedModel(searched:)`` with the places that were looked at.
    static func path() throws(EngineError) -> String {
        if let named = Environment.value(of: "ANNEAL_MODEL"), !named.isEmpty { return named }
        let image = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer -> String in
            let length = anneal_image_path(buffer.baseAddress!, buffer.count)
            return length == 0 ? "./anneal" : String(cString: buffer.baseAddress!)
        }
        let folder = image[..<(image.lastIndex(of: "/") ?? image.startIndex)]
        let candidates = [
            "\(folder)/Anneal_CShippedModel.resources/Models/\(fileName)",
            "\(folder)/Anneal_CShippedModel.bundle/Contents/Resources/Models/\(fileName)",
            "\(folder)/Anneal_CShippedModel.bundle/Models/\(fileName)",
            // Tests on Apple systems run inside a bundle three folders below the products.
            "\(folder)/../../../Anneal_CShippedModel.bundle/Contents/Resources/Models/\(fileName)",
            "\(folder)/../share/anneal/\(fileName)",
            "\(folder)/../lib/anneal/\(fileName)",
        ]
        for candidate in candidates where Files.isReadable(Path(candidate)) { return candidate }
        throw .noShippedModel(searched: candidates)
    }
}

import AnnealPlatform
import CShippedModel

/// Where the model that ships with the package lies, and what ships beside it.
enum ShippedModel {
    static let fileName = "default.anneal"

    /// The path of the shipped model: the one that `ANNEAL_MODEL` names, or else the first of ``places(of:)``.
    /// - Throws: ``EngineError/noShippedModel(searched:)`` with the places that were looked at.
    static func path() throws(EngineError) -> String {
        if let named = Environment.value(of: "ANNEAL_MODEL"), !named.isEmpty { return named }
        let places = places(of: fileName)
        for place in places where Files.isReadable(Path(place)) { return place }
        throw .noShippedModel(searched: places)
    }

    /// Where a shipped file may lie, in this order: the resource folder beside the program or library, where `swift build`
    /// puts it; `../share/anneal` and `../lib/anneal` from there, for an installed program.
    static func places(of fileName: String) -> [String] {
        let image = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer -> String in
            let length = anneal_image_path(buffer.baseAddress!, buffer.count)
            return length == 0 ? "./anneal" : String(cString: buffer.baseAddress!)
        }
        let folder = image[..<(image.lastIndex(of: "/") ?? image.startIndex)]
        return [
            "\(folder)/Anneal_CShippedModel.resources/Models/\(fileName)",
            "\(folder)/Anneal_CShippedModel.bundle/Contents/Resources/Models/\(fileName)",
            "\(folder)/Anneal_CShippedModel.bundle/Models/\(fileName)",
            // Tests on Apple systems run inside a bundle three folders below the products.
            "\(folder)/../../../Anneal_CShippedModel.bundle/Contents/Resources/Models/\(fileName)",
            "\(folder)/../share/anneal/\(fileName)",
            "\(folder)/../lib/anneal/\(fileName)",
        ]
    }
}

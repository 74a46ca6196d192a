import AnnealContainer
import AnnealProgram
import AnnealRewrite

/// Reads the text of ``ModelDisassembler``, or of any program that follows the grammar in Docs/Format.md, and makes a
/// model of it.
public enum ModelAssembler {
    /// The bytes of the model that a text describes, checked by opening them.
    /// - Parameter storesIndexes: whether the file gets indexes (``ModelParts/storesIndexes``); nil: as the text says.
    /// - Complexity: O(bytes of the text). The text is read where it lies, a line at a time.
    /// - Throws: ``ModelSourceError``, with line and column for everything that the text is to blame for.
    public static func assemble(
        _ text: UnsafeBufferPointer<UInt8>, storesIndexes: Bool? = nil
    ) throws(ModelSourceError) -> [UInt8] {
        var reader = ModelTextReader(text)
        do throws(TextError) {
            try reader.read()
        } catch {
            throw .text(error)
        }
        do throws(ModelError) {
            var parts = reader.parts
            if let storesIndexes { parts.storesIndexes = storesIndexes }
            return try ModelWriter.encode(parts)
        } catch {
            if case .rules(let reason) = error, let rule = reason.ruleIndex, rule < reader.ruleLines.count {
                throw .text(TextError(reason, line: reader.ruleLines[rule]))
            }
            throw .model(error)
        }
    }

    /// The bytes of the model that a text describes.
    /// - Throws: as ``assemble(_:storesIndexes:)-(UnsafeBufferPointer<UInt8>,_)``.
    public static func assemble(_ text: [UInt8], storesIndexes: Bool? = nil) throws(ModelSourceError) -> [UInt8] {
        let result = text.withUnsafeBufferPointer { bytes in
            Result { () throws(ModelSourceError) in try assemble(bytes, storesIndexes: storesIndexes) }
        }
        return try result.get()
    }

    /// Assembles a text file into a model file. The text is mapped, not read into memory; the model is there whole or
    /// not at all.
    /// - Throws: ``ModelSourceError``.
    public static func assemble(file path: String, to output: String) throws(ModelSourceError) {
        let storage: FileStorage
        do throws(ContainerError) { storage = try FileStorage(mapping: path) } catch {
            throw .model(.container(error))
        }
        let text = storage.bytes.assumingMemoryBound(to: UInt8.self)
        let bytes = try withExtendedLifetime(storage) { () throws(ModelSourceError) in try assemble(text) }
        try fromModel { () throws(ModelError) in try ModelWriter.write(bytes, to: output) }
    }

    private static func fromModel<Value>(_ body: () throws(ModelError) -> Value) throws(ModelSourceError) -> Value {
        do throws(ModelError) {
            return try body()
        } catch {
            throw .model(error)
        }
    }
}

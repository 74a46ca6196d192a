import AnnealContainer
import AnnealMachine
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// Additions to a model that a person writes in a small text file; they take effect without training.
///
///     # a comment
///     k8s = kubernetes            ← wherever the left side's tokens stand, the right side's meaning stands instead
///     "new york" += "city"        ← the right side's meaning is added to what the left side means already
///     "▁turn" ~2 "▁off" => gather $1 $2 !500      ← a rule as ``RuleText`` has it
///
/// One addition a line. A side of a `=` or `+=` line is a text, bare or in double quotes (`\"` and `\\` inside), that the
/// model's tokenizer cuts into tokens; the sign stands between spaces. The left side has at most four tokens. The right
/// side's constant is the sum of its tokens' rows times their scales, exact in integers, then rounded to one signed
/// 8-bit row with one scale. Lines that begin with `#` or `;` are comments, except that `#` and a token id begin a rule
/// where the line holds `=>`.
///
/// The additions' confidence is far above any learned rule's, and the longer left side wins, so they fire first.
public enum RulePatch {
    /// The confidence of an addition; each token of the left side adds ``confidencePerToken``. Half of the range is left
    /// above it, and learned rules stay far below.
    public static let confidence: Int32 = 1 << 28
    public static let confidencePerToken: Int32 = 1 << 20

    /// The model with the additions of a patch, in memory. Its metadata name the model it came from as `parent`.
    /// - Complexity: O(bytes of the model): it is copied, and its hash computed anew.
    /// - Throws: ``ModelSourceError/text(_:)`` with line and column for what is wrong in the patch.
    public static func apply(_ patch: String, to model: Model) throws(ModelSourceError) -> Model {
        let bytes = try bytes(of: model, with: patch)
        do throws(ModelError) {
            return try Model(bytes: bytes)
        } catch {
            throw .model(error)
        }
    }

    /// The file of a model with the additions of a patch.
    /// - Parameter storesIndexes: whether the file gets indexes (``ModelParts/storesIndexes``); nil: as the model has.
    /// - Complexity: as ``apply(_:to:)``.
    /// - Throws: as ``apply(_:to:)``.
    public static func bytes(
        of model: Model, with patch: String, storesIndexes: Bool? = nil
    ) throws(ModelSourceError) -> [UInt8] {
        var reader = RulePatchReader(model)
        do throws(TextError) {
            try reader.read(patch)
        } catch {
            throw .text(error)
        }
        var parts = model.parts
        if let storesIndexes { parts.storesIndexes = storesIndexes }
        let dimension = parts.dimension
        var names = parts.constantNames ?? Array(repeating: "", count: parts.scales.count - parts.tokenCount)
        for constant in reader.constants {
            parts.scales.append(constant.scale)
            parts.rows.append(contentsOf: constant.row)
            names.append(constant.name)
        }
        precondition(parts.rows.count == parts.scales.count * dimension)
        if !reader.constants.isEmpty { parts.constantNames = names }
        parts.ruleWords.append(contentsOf: RuleTable.encode(reader.rules.map { $0.rule }))
        parts.ruleCount += reader.rules.count
        parts.metadata["parent"] = model.contentHash.description
        do throws(ModelError) {
            return try ModelWriter.encode(parts)
        } catch {
            if case .rules(let reason) = error, let index = reason.ruleIndex, index >= model.rules.count {
                throw .text(TextError(reason, line: reader.rules[index - model.rules.count].line))
            }
            throw .model(error)
        }
    }

    /// Writes the file of a model with the additions of a patch; it is there whole or not at all.
    /// - Throws: as ``apply(_:to:)``, and ``ModelError/unwritable(path:operation:code:)``.
    public static func write(_ model: Model, with patch: String, to path: String) throws(ModelSourceError) {
        let bytes = try bytes(of: model, with: patch)
        do throws(ModelError) {
            try ModelWriter.write(bytes, to: path)
        } catch {
            throw .model(error)
        }
    }
}

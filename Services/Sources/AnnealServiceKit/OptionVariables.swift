/// Options of a command that may be given as environment variables: `ANNEAL_MAX_TEXTS=64` for `--max-texts 64`.
enum OptionVariables {
    /// The variable that stands for an option: `ANNEAL_MAX_TEXTS` for `max-texts`.
    static func name(of option: String) -> String {
        "ANNEAL_" + String(option.map { $0 == "-" ? "_" : $0 }).uppercased()
    }

    /// The arguments that the environment stands for. They go in front of those of the command line: of an option that is
    /// there twice the last one holds, so the command line wins.
    /// - Parameters:
    ///   - options: the long names, without dashes. Variables that are empty say nothing.
    ///   - flags: options without a value: `1` or `true` sets one, `0` or `false` does not, and what else a variable
    ///     says is handed on, so that the command refuses it.
    ///   - value: what the environment says to a name.
    static func arguments(
        for options: [String], flags: [String] = [], value: (String) -> String?
    ) -> [String] {
        func given(_ option: String) -> String? { value(name(of: option)).flatMap { $0.isEmpty ? nil : $0 } }
        let values = options.compactMap { option in given(option).map { "--\(option)=\($0)" } }
        return values
            + flags.compactMap { flag in
                switch given(flag)?.lowercased() {
                case nil, "0", "false": nil
                case "1", "true": "--\(flag)"
                case let other?: "--\(flag)=\(other)"
                }
            }
    }
}

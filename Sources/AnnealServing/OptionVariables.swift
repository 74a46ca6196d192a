/// Options of a command that may be given as environment variables: `ANNEAL_MAX_TEXTS=64` for `--max-texts 64`.
public enum OptionVariables {
    /// The variable that stands for an option: `ANNEAL_MAX_TEXTS` for `max-texts`.
    public static func name(of option: String) -> String {
        "ANNEAL_" + String(option.map { $0 == "-" ? "_" : $0 }).uppercased()
    }

    /// The arguments that the environment stands for. They go in front of those of the command line: of an option that is
    /// there twice the last one holds, so the command line wins.
    /// - Parameter options: the long names, without dashes. Variables that are empty say nothing.
    public static func arguments(for options: [String], in environment: [String: String]) -> [String] {
        options.flatMap { option -> [String] in
            guard let value = environment[name(of: option)], !value.isEmpty else { return [] }
            return ["--\(option)=\(value)"]
        }
    }
}

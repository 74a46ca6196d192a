extension SourceLanguage {
    /// Every language that is known, one entry each: a new one is a line here and a file in the tests.
    public static let all: [SourceLanguage] = [
        SourceLanguage(
            "python", endings: "py pyi pyx pyw", names: "SConstruct SConscript", interpreters: "python pypy",
            comments: ["#"], strings: ["\"\"\"", "'''"], containers: "class", leaves: "def",
            modifiers: "async cdef cpdef"),
        SourceLanguage(
            "javascript", endings: "js jsx mjs cjs vue svelte", interpreters: "node", comments: ["//"],
            block: ("/*", "*/"),
            bareFunctions: true, assignsFunctions: true, containers: "class", leaves: "function",
            values: "const let var", modifiers: "export default async static get set"),
        SourceLanguage(
            "typescript", endings: "ts tsx mts cts", interpreters: "deno bun", comments: ["//"], block: ("/*", "*/"),
            bareFunctions: true, assignsFunctions: true, containers: "class interface namespace module",
            leaves: "function enum type", values: "const let var",
            modifiers: "export default async static get set public private protected readonly abstract declare override"
        ),
        SourceLanguage(
            "java", endings: "java", comments: ["//"], block: ("/*", "*/"), bareFunctions: true,
            containers: "class interface enum record",
            modifiers: "public private protected static final abstract synchronized native default sealed strictfp"),
        SourceLanguage(
            "c", endings: "c h", comments: ["//"], block: ("/*", "*/"), bareFunctions: true, directives: true,
            leaves: "struct union enum", modifiers: "static inline extern typedef const"),
        SourceLanguage(
            "cpp", endings: "cc cpp cxx c++ hh hpp hxx h++ inl ipp cu cuh ino", comments: ["//"], block: ("/*", "*/"),
            bareFunctions: true, directives: true, containers: "class struct union namespace", leaves: "enum",
            modifiers: "static inline extern typedef const constexpr virtual explicit template friend"),
        SourceLanguage(
            "csharp", endings: "cs csx", comments: ["//"], block: ("/*", "*/"), bareFunctions: true, directives: true,
            containers: "class interface struct record namespace", leaves: "enum delegate",
            modifiers:
                "public private protected internal static sealed abstract virtual override partial async readonly "
                + "extern unsafe ref"),
        SourceLanguage(
            "go", endings: "go", comments: ["//"], block: ("/*", "*/"), leaves: "func type", values: "const var"),
        SourceLanguage(
            "rust", endings: "rs", comments: ["//"], block: ("/*", "*/"), containers: "trait mod", reopenings: "impl",
            leaves: "fn struct enum union type macro_rules", values: "const static",
            modifiers: "pub async unsafe extern default"),
        SourceLanguage(
            "swift", endings: "swift", interpreters: "swift", comments: ["//"], block: ("/*", "*/"),
            strings: ["\"\"\""],
            directives: true, containers: "class struct enum protocol actor", reopenings: "extension",
            leaves: "func typealias macro",
            named: "init deinit subscript", values: "let var",
            modifiers: "public private fileprivate internal package open static final override mutating nonmutating "
                + "indirect lazy weak unowned convenience required nonisolated consuming borrowing prefix postfix infix"
        ),
        SourceLanguage(
            "kotlin", endings: "kt kts", comments: ["//"], block: ("/*", "*/"), strings: ["\"\"\""],
            containers: "class interface object", leaves: "fun typealias", named: "init constructor", values: "val var",
            modifiers: "public private protected internal abstract open final override data sealed enum inline suspend "
                + "operator infix tailrec external companion annotation inner const lateinit value"),
        SourceLanguage(
            "ruby", endings: "rb rake gemspec ru", names: "Rakefile Gemfile Vagrantfile", interpreters: "ruby",
            comments: ["#"], block: ("=begin", "=end"), containers: "class module", leaves: "def",
            modifiers: "private protected public"),
        SourceLanguage(
            "php", endings: "php phtml", interpreters: "php", comments: ["//", "#"], block: ("/*", "*/"),
            containers: "class interface trait enum namespace", leaves: "function", values: "const",
            modifiers: "public private protected static final abstract readonly"),
        SourceLanguage(
            "scala", endings: "scala sc", comments: ["//"], block: ("/*", "*/"), strings: ["\"\"\""],
            containers: "class object trait enum", leaves: "def type", values: "val var given",
            modifiers: "private protected override final sealed abstract case implicit lazy inline"),
        SourceLanguage(
            "shell", endings: "sh bash zsh ksh fish", names: ".bashrc .profile .zshrc",
            interpreters: "sh bash zsh dash ksh",
            comments: ["#"], bareFunctions: true, leaves: "function"),
        SourceLanguage(
            "lua", endings: "lua", interpreters: "lua luajit", comments: ["--"], block: ("--[[", "]]"),
            assignsFunctions: true, leaves: "function", modifiers: "local"),
        SourceLanguage(
            "perl", endings: "pl pm t", interpreters: "perl", comments: ["#"], block: ("=", "=cut"), leaves: "sub"),
        SourceLanguage("r", endings: "r R", interpreters: "Rscript", comments: ["#"], assignsFunctions: true),
        SourceLanguage(
            "dart", endings: "dart", comments: ["//"], block: ("/*", "*/"), bareFunctions: true,
            containers: "class mixin extension", leaves: "enum typedef",
            modifiers: "abstract static final const external factory sealed base late"),
        SourceLanguage(
            "objc", endings: "m mm", comments: ["//"], block: ("/*", "*/"), bareFunctions: true, directives: true,
            leaves: "struct union enum", modifiers: "static inline extern typedef const"),
        SourceLanguage(
            "haskell", endings: "hs lhs", comments: ["--"], block: ("{-", "-}"), containers: "class instance",
            leaves: "data newtype type"),
        SourceLanguage(
            "elixir", endings: "ex exs", interpreters: "elixir", comments: ["#"], strings: ["\"\"\""],
            documentsByStrings: true, containers: "defmodule defprotocol defimpl",
            leaves: "def defp defmacro defmacrop defguard defdelegate"),
        SourceLanguage(
            "julia", endings: "jl", interpreters: "julia", comments: ["#"], block: ("#=", "=#"), strings: ["\"\"\""],
            documentsByStrings: true, containers: "module", leaves: "function macro struct", values: "const",
            modifiers: "mutable abstract primitive baremodule"),
        SourceLanguage(
            "sql", endings: "sql ddl", comments: ["--"], block: ("/*", "*/"),
            leaves: "table function procedure view trigger index type TABLE FUNCTION PROCEDURE VIEW TRIGGER INDEX TYPE",
            modifiers: "create or replace temporary temp unique materialized CREATE OR REPLACE TEMPORARY TEMP UNIQUE "
                + "MATERIALIZED if not exists IF NOT EXISTS"),
        SourceLanguage(
            "zig", endings: "zig", comments: ["//"], leaves: "fn test", values: "const var",
            modifiers: "pub export extern inline"),
        SourceLanguage("css", endings: "css scss sass less", comments: ["//"], block: ("/*", "*/")),
        SourceLanguage("html", endings: "html htm xhtml xml svg xsl", block: ("<!--", "-->")),
        SourceLanguage(
            "make", endings: "mk mak cmake", names: "Makefile makefile GNUmakefile CMakeLists.txt", comments: ["#"]),
        SourceLanguage(
            "settings", endings: "json jsonc yaml yml toml ini cfg conf properties", names: "Dockerfile",
            comments: ["#"]),
        SourceLanguage("markdown", .markdown, endings: "md markdown mdx mdown", names: "README CHANGELOG"),
        SourceLanguage("rst", .restructured, endings: "rst rest"),
        plain,
    ]
}

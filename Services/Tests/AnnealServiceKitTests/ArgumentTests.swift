import Testing

@testable import AnnealServiceKit

@Suite("Arguments of services")
struct ArgumentTests {
    @Test(
        "Models have a name of their own or that of their file",
        arguments: [
            ("mine.anneal", "mine", "mine.anneal"), ("other=theirs.anneal", "other", "theirs.anneal"),
            ("/a/b=c/d.e.anneal", "d.e", "/a/b=c/d.e.anneal"), ("a=/b=c", "a", "/b=c"), ("=a", "=a", "=a"),
            (".hidden", ".hidden", ".hidden"), ("plain", "plain", "plain"), ("n=", "n", ""),
        ])
    func models(argument: String, name: String, path: String) {
        let model = ModelArgument(argument)
        #expect(model.name == name && model.path == path && model.isNamed == argument.hasPrefix("\(name)=\(path)"))
    }

    @Test("Variables stand for options, empty ones for nothing")
    func variables() {
        #expect(OptionVariables.name(of: "max-text-bytes") == "ANNEAL_MAX_TEXT_BYTES")
        let environment = [
            "ANNEAL_PORT": "9000", "ANNEAL_TLS_KEY": "", "ANNEAL_HOST": "::1", "ANNEAL_KERNEL": "scalar",
        ]
        #expect(
            OptionVariables.arguments(for: ["host", "port", "tls-key", "max-texts"]) { environment[$0] }
                == ["--host=::1", "--port=9000"])
        let flags = [
            "ANNEAL_A": "1", "ANNEAL_B": "TRUE", "ANNEAL_C": "0", "ANNEAL_D": "false", "ANNEAL_E": "", "ANNEAL_F": "x",
        ]
        #expect(
            OptionVariables.arguments(for: [], flags: ["a", "b", "c", "d", "e", "f", "g"]) { flags[$0] }
                == ["--a", "--b", "--f=x"])
    }
}

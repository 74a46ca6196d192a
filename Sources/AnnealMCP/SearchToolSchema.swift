/// The tools as a client is told of them.
enum SearchToolSchema {
    static let search = Tool(
        name: "search", title: "Search the working tree",
        description: """
            Finds the declarations and sections that answer a query, by meaning and by words; best first. A query can be a \
            question, a description of what code does, or a name, whose definition comes first.
            """,
        input: """
            {"type":"object","properties":{\
            "query":{"type":"string","description":"What is looked for: words, a question, or an identifier."},\
            "path":{"type":"string","description":"Only this file or what lies below this folder."},\
            \(bounds)},"required":["query"],"additionalProperties":false}
            """,
        output: hits)

    static let related = Tool(
        name: "related", title: "Places like this one",
        description: "Finds the declarations and sections that are most alike to the one at a line of a file.",
        input: """
            {"type":"object","properties":{\
            "path":{"type":"string","description":"The file."},\
            "line":{"type":"integer","minimum":1,"description":"A line of it."},\
            \(bounds)},"required":["path","line"],"additionalProperties":false}
            """,
        output: hits)

    static let outline = Tool(
        name: "outline", title: "Outline of a file",
        description: "Lists the declarations or headings of a file with their lines.",
        input: """
            {"type":"object","properties":{\
            "path":{"type":"string","description":"The file."},\(budget)},"required":["path"],"additionalProperties":false}
            """,
        output: """
            {"type":"object","properties":{"path":{"type":"string"},"declarations":{"type":"array","items":\
            {"type":"object","properties":{\(place)},"required":["line","end_line","kind","name"]}},\
            "left_out":{"type":"integer"}},"required":["path","declarations","left_out"]}
            """)

    private static let budget =
        #""budget":{"type":"integer","minimum":50,"maximum":50000,"description":"The most tokens of the answer. Default 1500."}"#
    private static let bounds =
        #""limit":{"type":"integer","minimum":1,"maximum":100,"description":"The most hits. Default 8."},"# + budget
    private static let place =
        #""line":{"type":"integer"},"end_line":{"type":"integer"},"kind":{"type":"string"},"name":{"type":"string"}"#
    private static let hits = """
        {"type":"object","properties":{"hits":{"type":"array","items":{"type":"object","properties":{\
        "path":{"type":"string"},\(place),"score":{"type":"number"},"text":{"type":"string"}},\
        "required":["path","line","end_line","kind","name","score","text"]}},\
        "left_out":{"type":"integer"}},"required":["hits","left_out"]}
        """
}

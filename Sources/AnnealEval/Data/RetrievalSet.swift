public import AnnealPlatform

/// A retrieval set: documents, and queries with the documents that are relevant to them.
public struct RetrievalSet: Sendable {
    /// A query that has at least one relevant document.
    public struct Query: Sendable {
        public let text: String
        /// The relevance, above zero, of documents by their place in ``RetrievalSet/texts``.
        public let relevance: [Int: Double]
    }

    /// The documents.
    public let texts: [String]
    public let queries: [Query]

    /// Reads a folder with `corpus.tsv`, `queries.tsv` and `qrels.tsv`.
    /// - Throws: ``EvalError``.
    public init(directory: Path) throws(EvalError) {
        let corpus = try TSVFile(path: directory.appending("corpus.tsv"))
        try corpus.requireRows()
        let queries = try TSVFile(path: directory.appending("queries.tsv"))
        let judgements = try TSVFile(path: directory.appending("qrels.tsv"))
        // The header's names vary from set to set; the order of the columns does not.
        let queryColumn = judgements.hasColumn("qid") ? "qid" : "query"
        let documentColumn = judgements.hasColumn("docid") ? "docid" : "document"
        let relevanceColumn = judgements.hasColumn("rel") ? "rel" : "relevance"
        let documentIDs = try corpus.column("id")
        let documentIndex = Dictionary(
            zip(documentIDs, documentIDs.indices), uniquingKeysWith: { first, _ in first })
        let judgedQueries = try judgements.column(queryColumn)
        let judgedDocuments = try judgements.column(documentColumn)
        let relevances = try judgements.numbers(relevanceColumn)
        var relevant: [String: [Int: Double]] = [:]
        for row in judgedQueries.indices where relevances[row] > 0 {
            guard let document = documentIndex[judgedDocuments[row]] else {
                throw EvalError(
                    place: "\(directory)/qrels.tsv:\(row + 2)", expected: "a document of the corpus",
                    found: "\"\(judgedDocuments[row])\"")
            }
            relevant[judgedQueries[row], default: [:]][document] = relevances[row]
        }
        let ids = try queries.column("id")
        let queryTexts = try queries.column("text")
        texts = try corpus.column("text")
        self.queries = ids.indices.compactMap { index in
            relevant[ids[index]].map { Query(text: queryTexts[index], relevance: $0) }
        }
        guard !self.queries.isEmpty else {
            throw EvalError(place: "\(directory)", expected: "queries with relevant documents", found: "none")
        }
    }
}

import Anneal
import AnnealSearch
public import ArgumentParser

extension DocumentKind: ExpressibleByArgument {}
extension Mode: ExpressibleByArgument {}
extension SearchMode: ExpressibleByArgument {}

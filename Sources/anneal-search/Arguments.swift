import Anneal
import AnnealIndex
public import ArgumentParser

extension DocumentKind: ExpressibleByArgument {}
extension Mode: ExpressibleByArgument {}
extension SearchMode: ExpressibleByArgument {}

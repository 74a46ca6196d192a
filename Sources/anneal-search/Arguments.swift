import Anneal
public import AnnealPlatform
import AnnealSearch
public import ArgumentParser

extension DocumentKind: ExpressibleByArgument {}
extension Mode: ExpressibleByArgument {}
extension Path: ExpressibleByArgument {}
extension SearchMode: ExpressibleByArgument {}

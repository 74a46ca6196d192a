import Anneal
public import ArgumentParser

extension Mode: ExpressibleByArgument {}
extension VectorFormat: ExpressibleByArgument {}

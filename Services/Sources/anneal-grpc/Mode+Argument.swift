public import Anneal
public import ArgumentParser

/// Modes are options by their names.
extension Mode: @retroactive ExpressibleByArgument {}

public import ArgumentParser
public import Logging

/// Levels are options by their names.
extension Logger.Level: @retroactive ExpressibleByArgument {}

/// The exit statuses of the command line, after BSD's `sysexits.h`.
///
/// A process ended by a signal has 128 plus the signal's number, as shells report it: 130 for an interrupt, 141 for a
/// closed pipe, 143 for a request to terminate.
enum ExitStatus: Int32 {
    case success = 0
    /// `anneal grep` has found nothing. Nothing is printed.
    case nothingFound = 1
    /// `anneal grep` has failed, whatever the reason: as other programs of that name.
    case searchFailed = 2
    /// The command line itself is wrong.
    case usage = 64
    /// The input, a rule file or an assembly text is malformed.
    case malformedInput = 65
    /// An input file is missing, unreadable or a directory.
    case noInput = 66
    /// The model is missing, corrupt, or of another version.
    case noModel = 69
    /// The output cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed on the way: a full disk, a failing device.
    case inputOutput = 74
    /// The executable of a command is not there or cannot be run, as shells have it.
    case noCommand = 127
    /// The reader of our output has gone away. Nothing is printed.
    case closedPipe = 141
}

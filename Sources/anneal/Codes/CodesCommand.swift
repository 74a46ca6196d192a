import ArgumentParser

struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes",
        abstract: "Turn vectors into codes of a few bytes, and back.",
        discussion: """
            A codec turns a vector of 256 floats (1,024 bytes) into 10 bytes or more. It is trained on vectors of one kind \
            and is a file; codes say which codec made them, and no other decodes them. On every machine the same vector has \
            the same code.

            Codes come in layers. With layers of 10, 22 and 32 bytes a code of 64 bytes begins with one of 10 for a \
            shortlist and one of 32 for rescoring; shorter codes are the beginnings of longer ones.

            Which profile? 'search' if what you ask with stays a vector and only what is searched is coded. 'pair' if codes \
            are compared with codes. At 10 bytes each is poor at the other's work.

            Two codecs ship with the default model, one a profile, with codes of 10, 32 and 64 bytes. They are for its \
            vectors; for others, and for texts of one kind, train your own.

            Examples:
              anneal embed --output v.npy < texts.txt
              anneal codes encode v.npy --bytes 10 --profile search --output v.codes
              anneal codes decode v.codes --profile search --output v2.npy
              anneal codes search v.codes --queries q.npy
              anneal codes train v.npy --bytes 10,22,32 --output v.codec
              anneal codes measure v.npy --codec v.codec
            """,
        subcommands: [
            CodesTrainCommand.self, CodesEncodeCommand.self, CodesDecodeCommand.self, CodesMeasureCommand.self,
            CodesSearchCommand.self, CodesInspectCommand.self,
        ])
}

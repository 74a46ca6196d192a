import AnnealFormats

/// What a command does with each line: bytes in, bytes out. One instance a thread.
protocol LineTransform: ~Copyable, SendableMetatype {
    /// Appends what the line becomes.
    /// - Parameter row: number of the line in the whole run, from 0.
    /// - Returns: whether the text has content.
    mutating func transform(_ line: UnsafeBufferPointer<UInt8>, row: Int, into output: inout ByteBuffer) -> Bool
}

extension UnsafeRawBufferPointer {
    /// The little-endian integer at a byte offset, aligned or not.
    /// - Precondition: `offset` and the integer's bytes lie in the buffer (checked in debug builds by the load).
    package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores an integer, lowest byte first.
    /// - Precondition: `offset` and the integer's bytes lie in the buffer (checked in debug builds by the store).
    package func setLittleEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }
}

/// The bytes of a section of integers, lowest byte first.
package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ values: [Value]) -> [UInt8] {
    let width = MemoryLayout<Value>.size
    return [UInt8](unsafeUninitializedCapacity: values.count * width) { buffer, count in
        let target = UnsafeMutableRawBufferPointer(buffer)
        for (index, value) in values.enumerated() { target.setLittleEndian(value, at: index * width) }
        count = values.count * width
    }
}

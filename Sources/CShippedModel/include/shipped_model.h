#ifndef ANNEAL_SHIPPED_MODEL_H
#define ANNEAL_SHIPPED_MODEL_H

#include <stddef.h>

/// Writes the path of the executable or library that holds this code, as an absolute path where the system tells it.
///
/// The shipped model lies in a resource folder beside that file. This target is C because the accessor that the
/// package manager writes for Swift targets imports Foundation, which would cost every program that embeds a text its
/// start-up time and memory.
///
/// Returns the length without the terminating zero, or 0 if it is unknown or does not fit into `capacity` bytes.
size_t anneal_image_path(char *path, size_t capacity);

#endif

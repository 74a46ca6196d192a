// Numbers of errors for a machine without an operating system: Linux's, so that messages are alike.

#ifndef ANNEAL_FREESTANDING_ERRNO_H
#define ANNEAL_FREESTANDING_ERRNO_H

#define ENOENT 2
#define EIO 5
#define ENOMEM 12
#define EEXIST 17
#define ENODEV 19
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define ENOSPC 28
#define EPIPE 32
#define ELOOP 40
#define ENOTSUP 95

#endif

// The loops for whatever the compiler's default is.

#define NAME(x) anneal_training_portable_##x
#define TARGET
#define KERNEL_NAME "portable"

#include "loops.h"

// The loops for x86-64 processors with AVX2 and fused multiplication.

#if defined(__x86_64__)

#define NAME(x) anneal_training_avx2_##x
#define TARGET __attribute__((target("avx2,fma")))
#define KERNEL_NAME "avx2"

#include "loops.h"

#endif

// The loops for x86-64 processors with AVX2 and fused multiplication.

#include "anneal_dispatch.h"

#if ANNEAL_HAS_AVX2

#define SET avx2
#define TARGET ANNEAL_TARGET("avx2,fma")

#include "loops.h"

#endif

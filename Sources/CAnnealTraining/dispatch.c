// Which table runs: asked of the processor, never of the build.

#include "anneal_training.h"

extern const anneal_training_kernel anneal_training_portable_kernel;
#if defined(__x86_64__)
extern const anneal_training_kernel anneal_training_avx2_kernel;
#endif

const anneal_training_kernel *anneal_training_kernel_portable(void) { return &anneal_training_portable_kernel; }

const anneal_training_kernel *anneal_training_kernel_fastest(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return &anneal_training_avx2_kernel;
    }
#endif
    return &anneal_training_portable_kernel;
}

#include "anneal_kernels.h"

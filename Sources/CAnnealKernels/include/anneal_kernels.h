#ifndef ANNEAL_KERNELS_H
#define ANNEAL_KERNELS_H
#endif

#ifndef ANNEAL_EMULATED_AVX512_H
#define ANNEAL_EMULATED_AVX512_H

// SIMDe 0.7.2 (Debian 12) lacks a few of the intrinsics that the AVX-512 kernel uses. They are written here lane by
// lane from their documentation (Intel Intrinsics Guide), for the check only.

#include <string.h>

#include <simde/x86/avx512.h>

// This version's alias takes the arguments of the masked form.
#undef _mm512_madd_epi16
#define _mm512_madd_epi16(a, b) simde_mm512_madd_epi16(a, b)

#define _mm512_cvtepi16_epi32 emulated_cvtepi16_epi32
static inline simde__m512i emulated_cvtepi16_epi32(simde__m256i a) {
    int16_t in[16];
    int32_t out[16];
    simde__m512i result;
    memcpy(in, &a, sizeof in);
    for (int i = 0; i < 16; i++) {
        out[i] = in[i];
    }
    memcpy(&result, out, sizeof out);
    return result;
}

#define _mm512_cvtepi32_epi16 emulated_cvtepi32_epi16
static inline simde__m256i emulated_cvtepi32_epi16(simde__m512i a) {
    int32_t in[16];
    int16_t out[16];
    simde__m256i result;
    memcpy(in, &a, sizeof in);
    for (int i = 0; i < 16; i++) {
        out[i] = (int16_t)in[i];
    }
    memcpy(&result, out, sizeof out);
    return result;
}

#define _mm512_reduce_add_epi32 emulated_reduce_add_epi32
static inline int32_t emulated_reduce_add_epi32(simde__m512i a) {
    uint32_t in[16], sum = 0;
    memcpy(in, &a, sizeof in);
    for (int i = 0; i < 16; i++) {
        sum += in[i];
    }
    return (int32_t)sum;
}

#define _mm512_cvtepi32_pd emulated_cvtepi32_pd
static inline simde__m512d emulated_cvtepi32_pd(simde__m256i a) {
    int32_t in[8];
    double out[8];
    simde__m512d result;
    memcpy(in, &a, sizeof in);
    for (int i = 0; i < 8; i++) {
        out[i] = in[i];
    }
    memcpy(&result, out, sizeof out);
    return result;
}

#undef _mm512_cvtpd_ps
#define _mm512_cvtpd_ps emulated_cvtpd_ps
static inline simde__m256 emulated_cvtpd_ps(simde__m512d a) {
    double in[8];
    float out[8];
    simde__m256 result;
    memcpy(in, &a, sizeof in);
    for (int i = 0; i < 8; i++) {
        out[i] = (float)in[i];
    }
    memcpy(&result, out, sizeof out);
    return result;
}

#endif

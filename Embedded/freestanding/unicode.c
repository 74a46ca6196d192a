// What Swift's strings ask of Unicode's tables, answered without tables, which would be a fifth of the module.
//
// Strings are equal here if their bytes are: no text of a model is compared with another writing of itself. General
// categories and clusters of characters are asked for by names of files alone, of which there are none.

#include <stdint.h>

uint16_t _swift_stdlib_getNormData(uint32_t scalar) {
    (void)scalar;
    return 0; // Combines with nothing, and is as it should be.
}
uint32_t _swift_stdlib_getDecompositionEntry(uint32_t scalar) {
    (void)scalar;
    return 0; // The entry of another scalar: there is none.
}
uint32_t _swift_stdlib_getComposition(uint32_t first, uint32_t second) {
    (void)first, (void)second;
    return UINT32_MAX;
}
const uint8_t *const _swift_stdlib_nfd_decompositions = 0;

uint8_t _swift_stdlib_getGraphemeBreakProperty(uint32_t scalar) {
    (void)scalar;
    return 0xFF; // Any other.
}
_Bool _swift_stdlib_isExtendedPictographic(uint32_t scalar) {
    (void)scalar;
    return 0;
}
_Bool _swift_stdlib_isInCB_Consonant(uint32_t scalar) {
    (void)scalar;
    return 0;
}

uint8_t _swift_stdlib_getGeneralCategory(uint32_t scalar) {
    (void)scalar;
    return 0;
}
uint64_t _swift_stdlib_getBinaryProperties(uint32_t scalar) {
    (void)scalar;
    return 0;
}
uint8_t _swift_stdlib_getNumericType(uint32_t scalar) {
    (void)scalar;
    return 0;
}

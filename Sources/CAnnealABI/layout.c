// The functions of anneal.h are written in Swift (Sources/AnnealABI), whose compiler checks each against its declaration
// here. What no compiler checks for callers that declare the structures by hand is their layout: it is fixed below.

#include "anneal.h"

_Static_assert(sizeof(anneal_error) == 1024, "anneal_error");
_Static_assert(offsetof(anneal_error, message) == 4, "anneal_error");
_Static_assert(sizeof(anneal_texts) == 40, "anneal_texts");
_Static_assert(offsetof(anneal_texts, byte_count) == 8, "anneal_texts");
_Static_assert(offsetof(anneal_texts, offsets) == 16, "anneal_texts");
_Static_assert(offsetof(anneal_texts, offset_bytes) == 24, "anneal_texts");
_Static_assert(offsetof(anneal_texts, count) == 32, "anneal_texts");
_Static_assert(sizeof(anneal_options) == 16, "anneal_options");
_Static_assert(sizeof(anneal_token) == 12, "anneal_token");

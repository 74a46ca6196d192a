// The loops for whatever the compiler's default is.

#define SET portable
#define TARGET

#include "loops.h"

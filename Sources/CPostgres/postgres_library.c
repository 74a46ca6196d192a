#include "postgres_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

bool postgres_library_load(const char *name, postgres_library *library, char *message, size_t capacity) {
    // In the order of the structure's members, which are function pointers all.
    static const char *const symbols[] = {
        "PQconnectdbParams", "PQfinish",     "PQstatus",    "PQserverVersion",    "PQerrorMessage",
        "PQexecParams",      "PQresultStatus", "PQresultErrorField", "PQntuples", "PQgetisnull",
        "PQgetvalue",        "PQclear",      "PQputCopyData", "PQputCopyEnd",     "PQgetResult",
    };
    _Static_assert(sizeof(postgres_library) == sizeof(symbols) / sizeof(symbols[0]) * sizeof(void *),
                   "one symbol for each function pointer");
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *reason = dlerror();
        snprintf(message, capacity, "%s", reason ? reason : "unknown reason");
        return false;
    }
    void *found[sizeof(symbols) / sizeof(symbols[0])];
    for (size_t index = 0; index < sizeof(symbols) / sizeof(symbols[0]); index++) {
        found[index] = dlsym(handle, symbols[index]);
        if (!found[index]) {
            snprintf(message, capacity, "%s has no %s", name, symbols[index]);
            dlclose(handle);
            return false;
        }
    }
    // POSIX promises that a pointer from dlsym holds a function's address.
    memcpy(library, found, sizeof found);
    return true;
}

#include "search_sqlite.h"

#include <sqlite3.h>

int index_reset(const char *path) {
    sqlite3 *db = NULL;
    int status = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL);
    if (status == SQLITE_OK) {
        sqlite3_busy_timeout(db, 30000);
        sqlite3_db_config(db, SQLITE_DBCONFIG_RESET_DATABASE, 1, (int *)0);
        status = sqlite3_exec(db, "VACUUM", NULL, NULL, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_RESET_DATABASE, 0, (int *)0);
    }
    sqlite3_close(db);
    return status;
}

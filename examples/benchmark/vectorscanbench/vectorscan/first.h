#include <hs/hs.h>
#include <stddef.h>

// first returns the sum of the least numbers of patterns that match the subjects, none
// where there is no such pattern.
size_t first(hs_database_t *db, hs_scratch_t *scratch, const char *text, const size_t *ends, size_t subjects, size_t times, unsigned int none);

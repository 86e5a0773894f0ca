#include "first.h"

static int note(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags, void *least) {
	if (id < *(unsigned int *)least) {
		*(unsigned int *)least = id;
	}
	return 0;
}

size_t first(hs_database_t *db, hs_scratch_t *scratch, const char *text, const size_t *ends, size_t subjects, size_t times, unsigned int none) {
	size_t sum = 0;
	for (size_t t = 0; t < times; t++) {
		size_t start = 0;
		for (size_t s = 0; s < subjects; s++) {
			unsigned int least = none;
			if (hs_scan(db, text + start, ends[s] - start, 0, scratch, note, &least) != HS_SUCCESS) {
				return (size_t)-1;
			}
			sum += least;
			start = ends[s];
		}
	}
	return sum;
}

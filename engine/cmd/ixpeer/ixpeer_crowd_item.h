/* The items of "announce" and "behave", and how a crowd names files. */
#ifndef IXPEER_CROWD_ITEM_H
#define IXPEER_CROWD_ITEM_H

#include "base/yaml.h"
#include "cmd/ixpeer/ixpeer_crowd.h"

int ixpeer_source_read(const struct yaml_doc *doc, const struct yaml *y,
		       struct ixpeer_source *s, struct err *e);
/* "NAME", or a map with "do". */
int ixpeer_behaviour_read(const struct yaml_doc *doc, const struct yaml *y,
			  struct ixpeer_behaviour *b, struct err *e);
/* What a map or a list says, behind what was said before (FNV-1a). */
uint64_t ixpeer_crowd_digest(uint64_t h, const struct yaml *y);
/* The crowd file's folder and path, or path alone if that is absolute; free. */
char *ixpeer_crowd_path(const char *file, const char *path);

#endif

#include "rs/server/server_librtr.h"

#include "base/load.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
/* The name changes with the layout of what its headers describe. */
#define LIBRTR "librtr.so." TEXT(RTRLIB_VERSION_MAJOR)

const struct server_librtr *
server_librtr(struct err *e)
{
	static struct server_librtr librtr;
	static bool loaded;
	const struct load_function table[] = {
	    {"tr_tcp_init", &librtr.tr_tcp_init},
	    {"rtr_mgr_init", &librtr.rtr_mgr_init},
	    {"rtr_mgr_start", &librtr.rtr_mgr_start},
	    {"rtr_mgr_free", &librtr.rtr_mgr_free},
	};

	if (!loaded && load_library(LIBRTR, "librtr-dev", table,
				    sizeof(table) / sizeof(*table), e) < 0) {
		err_in(e, "--rtr");
		return NULL;
	}
	loaded = true;
	return &librtr;
}

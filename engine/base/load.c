#include "base/load.h"

#include <dlfcn.h>
#include <string.h>

int
load_library(const char *name, const char *package,
	     const struct load_function *table, size_t n, struct err *e)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL), *function;
	size_t i;

	if (library == NULL)
		return err_here(e,
				"a library cannot be loaded: %s; apt-get "
				"install %s brings it",
				dlerror(), package);
	for (i = 0; i < n; i++) {
		function = dlsym(library, table[i].name);
		if (function == NULL) {
			dlclose(library);
			return err_here(e,
					"%s has no %s, so it is another one "
					"than that of %s",
					name, table[i].name, package);
		}
		memcpy(table[i].place, &function, sizeof(function));
	}
	return 0;
}

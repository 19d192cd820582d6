/*
 * exercise_feature: what an exercise may require of the machine beyond what
 * every lab needs. A feature is an entry with a test that really looks; where
 * one is missing, each check is skipped with the entry's sentence.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "grader/exercise_priv.h"
#include "lab/model/model_kind.h"

static bool
has_ipv6(void)
{
	return access("/proc/net/if_inet6", R_OK) == 0;
}

static bool
has_nftables(void)
{
	return access("/usr/sbin/nft", X_OK) == 0 ||
	       access("/sbin/nft", X_OK) == 0 ||
	       access("/usr/local/sbin/nft", X_OK) == 0;
}

static const struct {
	const char *name, *missing;
	bool (*here)(void);
} features[] = {
    {"ipv6", "this kernel has no IPv6", has_ipv6},
    {"nftables", "nft is missing, install it: apt-get install nftables",
     has_nftables},
};

#define FEATURES (sizeof(features) / sizeof(features[0]))

const char *const *
exercise_features(size_t *n)
{
	static const char *names[FEATURES];
	size_t i;

	for (i = 0; i < FEATURES; i++)
		names[i] = features[i].name;
	*n = FEATURES;
	return names;
}

/* FRR is several programs; of those that have a path. */
static char *
daemon_missing(const struct lab_kind *k)
{
	const char *const *need;
	bool here = *k->program != '/' || access(k->program, X_OK) == 0;

	for (need = k->needs; here && need && *need; need++)
		here = **need != '/' || access(*need, X_OK) == 0;
	return here ? NULL
		    : xasprintf("%s is missing, install it: apt-get install %s",
				k->title, k->package);
}

char *
exercise_missing(const struct exercise *x)
{
	size_t i, k;

	for (i = 0; i < x->nrequires; i++) {
		for (k = 0; k < FEATURES; k++) {
			if (strcmp(features[k].name, x->requires[i]) == 0 &&
			    !features[k].here())
				return xstrdup(features[k].missing);
		}
	}
	return x->daemon ? daemon_missing(x->daemon) : NULL;
}

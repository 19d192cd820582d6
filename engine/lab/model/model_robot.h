/*
 * model_robot: what the two files that read robots share. Private to the module.
 */
#ifndef LAB_MODEL_MODEL_ROBOT_H
#define LAB_MODEL_MODEL_ROBOT_H

#include "lab/model/model_word.h"

#define ROBOT_ROUTES 2000000 /* of one item: ixpeer's limit */

/* A key's number; it keeps what it has when the key is not there. */
int word_robot_number(const struct word_lab *w, const struct yaml *map,
		      const char *key, uint32_t min, uint32_t max,
		      uint32_t *out, struct err *e);
/* y: of announce, may be NULL. */
int word_robot_announce(struct word_lab *w, const struct yaml *y,
			struct lab_robot *r, struct err *e);

#endif

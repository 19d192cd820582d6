/*
 * super_doctor: what super_doctor.c's table takes from super_doctor_here.c.
 */
#ifndef LAB_SUPER_SUPER_DOCTOR_H
#define LAB_SUPER_SUPER_DOCTOR_H

#include "lab/super/super_priv.h"

/* Tests, as node_test. */
int doctor_tun(void *arg, struct err *e);
int doctor_cgroup(void *arg, struct err *e);
int doctor_files(void *arg, struct err *e);
int doctor_kind(void *arg, struct err *e); /* a struct lab_kind */
char *doctor_files_fix(void);		   /* owned */

/* Pure: parts of /proc/self/cgroup and /proc/self/mountinfo; owned, or NULL. */
char *doctor_cgroup_of(const char *text);
char *doctor_cgroup_mount(const char *text);

#endif

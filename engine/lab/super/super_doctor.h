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

#endif

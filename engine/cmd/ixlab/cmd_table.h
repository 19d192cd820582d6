/*
 * The functions behind the table's rows, one per verb.
 */
#ifndef CMD_IXLAB_CMD_TABLE_H
#define CMD_IXLAB_CMD_TABLE_H

#include "cmd.h"

int cmd_note(struct cmd *c, struct err *e);
int cmd_open(struct cmd *c, struct err *e);
int cmd_exercises(struct cmd *c, struct err *e);
int cmd_courses(struct cmd *c, struct err *e);
int cmd_course(struct cmd *c, struct err *e);
int cmd_start(struct cmd *c, struct err *e);
int cmd_check(struct cmd *c, struct err *e);
int cmd_answer(struct cmd *c, struct err *e);
int cmd_report(struct cmd *c, struct err *e);
int cmd_hint(struct cmd *c, struct err *e);
int cmd_solve(struct cmd *c, struct err *e);
int cmd_reset(struct cmd *c, struct err *e);
int cmd_reset_exercise(struct cmd *c, struct err *e); /* without a row */
int cmd_play(struct cmd *c, struct err *e);
int cmd_submit(struct cmd *c, struct err *e);
int cmd_grade(struct cmd *c, struct err *e);
int cmd_grade_one(struct cmd *c, const char *instance, struct err *e);
int cmd_verify(struct cmd *c, struct err *e);
int cmd_desk(struct cmd *c, struct err *e);
int cmd_desk_similar(struct cmd *c, struct err *e); /* without a row */
int cmd_deal(struct cmd *c, struct err *e);
/* The submissions that the words from first on name: files, and all in folders but
 * hidden files and results; a list of paths, owned; NULL with e set. */
#define CMD_RESULT_SUFFIX ".result.json"
json_t *cmd_sent_files(const struct cmd *c, size_t first, struct err *e);
/* The same for results. */
json_t *cmd_sent_results(const struct cmd *c, size_t first, struct err *e);
/* Either of them from a mixture; may be none. */
json_t *cmd_sent_class(const struct cmd *c, size_t first, bool results,
		       struct err *e);
int cmd_desk_mistakes(struct cmd *c, struct err *e); /* without a row */
int cmd_desk_class(struct cmd *c, struct err *e);    /* without a row */
/* Rows of pairs that look alike; NULL with e set. */
json_t *cmd_desk_pairs(const struct cmd *c, const json_t *files, struct err *e);
/* Those results that carry the desk's signature; NULL with e set. */
json_t *cmd_desk_results(const struct cmd *c, const json_t *files,
			 struct err *e);
/* A report without a person gets the name of its file. */
void cmd_report_name(json_t *report, const char *path);
/* What this machine runs: BIRD's version, the kernel's; "" when not told. */
void cmd_submit_versions(char bird[64], char kernel[64]);
int cmd_labs(struct cmd *c, struct err *e);
int cmd_up(struct cmd *c, struct err *e);
/* Of a lab that runs; without a row. */
int cmd_up_apply(const struct cmd *c, const struct lab *lab, uint32_t members,
		 struct err *e);
int cmd_down(struct cmd *c, struct err *e);
int cmd_ps(struct cmd *c, struct err *e);
int cmd_inspect(struct cmd *c, struct err *e);
int cmd_events(struct cmd *c, struct err *e);
int cmd_graph(struct cmd *c, struct err *e);
int cmd_matrix(struct cmd *c, struct err *e);
int cmd_spread(struct cmd *c, struct err *e);
int cmd_traffic(struct cmd *c, struct err *e);
int cmd_exec(struct cmd *c, struct err *e);
int cmd_shell(struct cmd *c, struct err *e);
int cmd_capture(struct cmd *c, struct err *e);
int cmd_birdc(struct cmd *c, struct err *e);
int cmd_cli(struct cmd *c, struct err *e);
int cmd_reload(struct cmd *c, struct err *e);
int cmd_robot(struct cmd *c, struct err *e);
int cmd_link(struct cmd *c, struct err *e);
int cmd_ports(struct cmd *c, struct err *e);
int cmd_move(struct cmd *c, struct err *e);
int cmd_pin(struct cmd *c, struct err *e);
int cmd_cull(struct cmd *c, struct err *e);
int cmd_save(struct cmd *c, struct err *e);
int cmd_restore(struct cmd *c, struct err *e);
int cmd_export(struct cmd *c, struct err *e);
int cmd_import(struct cmd *c, struct err *e);
int cmd_validate(struct cmd *c, struct err *e);
int cmd_doctor(struct cmd *c, struct err *e);
int cmd_sandbox_test(struct cmd *c, struct err *e);
int cmd_dev(struct cmd *c, struct err *e);
int cmd_completion(struct cmd *c, struct err *e);
int cmd_help(struct cmd *c, struct err *e);
int cmd_version(struct cmd *c, struct err *e);

#endif

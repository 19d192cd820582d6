/*
 * key: the one table of keys. What a key does, where it does so, what the key
 * bar calls it and what the help says: all of it is a row here, so help, bar,
 * manual and behaviour cannot differ.
 */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Keys are characters (control keys are 1..31), or one of these. */
enum tui_keys {
	K_TAB = 9,
	K_ENTER = 13,
	K_ESC = 27,
	K_LEAVE = 29, /* Ctrl-]: between the terminal and the rest */
	K_BACKSPACE = 127,
	K_FIRST = 0x110000, /* beyond Unicode */
	K_UP = K_FIRST,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_PGUP,
	K_PGDN,
	K_HOME,
	K_END,
	K_INSERT,
	K_DELETE,
	K_BACKTAB,
	K_SPGUP, /* with shift */
	K_SPGDN,
	K_SUP,
	K_SDOWN,
	K_F1,
	K_F12 = K_F1 + 11,
	K_LAST = K_F12,
};

#define K_CTRL(c) ((c)&0x1f)

/* Where a key is valid; a set of bits. */
enum tui_where {
	IN_LIST = 1,
	IN_TEXT = 2,
	IN_TERM = 4,
	IN_CHECKS = 8,
	IN_PICTURE = 16,
	IN_OVER = 32,	   /* help, hint, the story of a check */
	IN_ASK = 64,	   /* yes or no */
	IN_FORM = 128,	   /* answers */
	IN_QUESTION = 256, /* the story of a check that is a question */
	IN_PICK = 512,	   /* what to reset */
	IN_NOTES = 1024,
	IN_PAST = 2048, /* a terminal's text */
	IN_FIND = 4096, /* what is searched for in it */
	IN_WORK = IN_TEXT | IN_CHECKS | IN_PICTURE,
	IN_VIEWS = IN_LIST | IN_WORK,
};

enum tui_action {
	ACT_NONE,
	ACT_UP,
	ACT_DOWN,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_TOP,
	ACT_BOTTOM,
	ACT_LEFT, /* to the node there, in the picture */
	ACT_RIGHT,
	ACT_OPEN,  /* an exercise, the story of a check */
	ACT_CLOSE, /* an overlay, the exercise */
	ACT_NEXT_PANE,
	ACT_PREV_PANE,
	ACT_PANE, /* the pane whose number was typed */
	ACT_PICK, /* the list's line whose number was typed */
	ACT_ZOOM,
	ACT_COLUMNS, /* more for the text, or fewer */
	ACT_LINES,   /* more for what is below */
	ACT_EVEN,    /* sizes as they are by themselves */
	ACT_NEXT_STEP,
	ACT_PREV_STEP,
	ACT_LEAVE, /* out of the terminal, or into it */
	ACT_SEND_LEAVE,
	ACT_BACK_UP, /* the terminal's past */
	ACT_BACK_DOWN,
	ACT_PAST, /* all its text, to search and copy */
	ACT_FIND,
	ACT_FIND_OLDER,
	ACT_MARK,
	ACT_COPY, /* to the clipboard */
	ACT_SAVE, /* to a file */
	ACT_SHELL,
	ACT_BIRDC,
	ACT_EDIT,
	ACT_NEXT_TERM, /* of those that are open */
	ACT_START,
	ACT_CHECK,
	ACT_HINT,
	ACT_SHOW_HINT, /* after the question */
	ACT_SOLVE,
	ACT_RESET, /* the exercise */
	ACT_RESET_WHAT,
	ACT_RESET_STEP,
	ACT_RESET_NODE,
	ACT_RELOAD,
	ACT_CHOOSE, /* the chosen line of a box */
	ACT_STOP,
	ACT_AS_LIST,
	ACT_OTHER,   /* the next of the pictures, or the one before */
	ACT_AGAIN,   /* measure it afresh */
	ACT_RECORD,  /* write it to files */
	ACT_CLOCK,   /* show or hide it */
	ACT_THEME,   /* the next one */
	ACT_COURSES, /* ask which to follow */
	ACT_FOLLOW,
	ACT_PAUSE, /* of the course, or its end */
	ACT_NEXT_BLOCK,
	ACT_REDRAW,
	ACT_SUSPEND,
	ACT_HELP,
	ACT_WELCOME, /* the first words */
	ACT_ANSWER,  /* the form */
	ACT_NOTES,
	ACT_KEEP, /* what was typed into a field */
	ACT_TYPE, /* a key of the field's own */
	ACT_NEXT_FIELD,
	ACT_PREV_FIELD,
	ACT_YES,
	ACT_NO,
	ACT_QUIT,
	ACT_ACTIONS,
};

struct tui_key {
	uint32_t keys[2]; /* the second may be 0 */
	enum tui_action action;
	unsigned where;
	const char *bar;  /* its word in the key bar; NULL: not there */
	const char *help; /* what it does, a sentence's end */
};

extern const struct tui_key tui_keys[];
extern const size_t tui_nkeys;

/* The row for a key typed there; NULL when it does nothing. */
const struct tui_key *tui_key_find(uint32_t key, unsigned where);
/* "Ctrl-]", "PgUp", "q"; buf has 16 bytes. Returns buf. */
const char *tui_key_name(uint32_t key, char *buf);
/* The command line that does what the action does: "ixlab hint NAME"; "" when
 * there is none. */
void tui_key_verb(enum tui_action action, const char *exercise,
		  const char *node, char *buf, size_t size);
/* "PgUp or Space" */
void tui_key_names(const struct tui_key *k, char *buf, size_t size);
/* "list, text, checks" */
void tui_key_places(unsigned where, char *buf, size_t size);

#endif

#include "tui/tui_key.h"

#include <string.h>

#include "base/str.h"
#include "tui/tui_words.h"

const struct tui_key tui_keys[] = {
    {{'y'}, ACT_YES, IN_ASK, N_("Yes"), N_("yes, do it")},
    {{'n', K_ESC},
     ACT_NO,
     IN_ASK,
     N_("No"),
     N_("no, leave everything as it is")},
    {{'d'},
     ACT_STOP,
     IN_ASK,
     NULL,
     N_("when leaving: stop the lab first, keeping what you typed")},
    {{K_ENTER}, ACT_CHOOSE, IN_PICK, N_("Choose"), N_("takes this line")},
    {{K_ESC, 'q'},
     ACT_CLOSE,
     IN_OVER | IN_PICK | IN_PAST,
     N_("Close"),
     N_("closes this box")},
    {{K_ENTER},
     ACT_KEEP,
     IN_FORM | IN_NOTES,
     N_("Keep"),
     N_("keeps what was typed (an empty answer is taken back)")},
    {{'/'},
     ACT_FIND,
     IN_PAST,
     N_("Search"),
     N_("asks for words, and goes to the newest line that has them, capitals "
	"or not")},
    {{K_ENTER},
     ACT_FIND_OLDER,
     IN_FIND,
     N_("Search"),
     N_("goes to the next line that has the words, towards the past")},
    {{'n', 'N'},
     ACT_FIND_OLDER,
     IN_PAST,
     N_("Next"),
     N_("the next older line with the words; N: the next newer one")},
    {{'v'},
     ACT_MARK,
     IN_PAST,
     N_("Mark"),
     N_("marks lines from here on, and takes the mark back")},
    {{'y', K_ENTER},
     ACT_COPY,
     IN_PAST,
     N_("Copy"),
     N_("sends the marked lines, or this one, to your terminal's clipboard")},
    {{'w'},
     ACT_SAVE,
     IN_PAST,
     N_("File"),
     N_("writes the marked lines, or all of them, to a file")},
    {{K_TAB, K_DOWN},
     ACT_NEXT_FIELD,
     IN_FORM,
     N_("Next"),
     N_("the next question")},
    {{K_BACKTAB, K_UP},
     ACT_PREV_FIELD,
     IN_FORM,
     NULL,
     N_("the question before")},
    {{K_LEFT, K_RIGHT},
     ACT_TYPE,
     IN_FORM | IN_NOTES | IN_FIND,
     NULL,
     N_("go through the choices (a digit takes one), or through the text")},
    {{K_CTRL('u')},
     ACT_TYPE,
     IN_FORM | IN_NOTES | IN_FIND,
     N_("Empty"),
     N_("empties the field")},
    {{K_ESC},
     ACT_CLOSE,
     IN_FORM | IN_NOTES | IN_FIND,
     N_("Close"),
     N_("closes the box; what was not kept is gone")},
    {{K_LEAVE},
     ACT_LEAVE,
     IN_TERM,
     N_("Leave the terminal"),
     N_("leaves the terminal for the pane before")},
    {{K_LEAVE}, ACT_LEAVE, IN_WORK, NULL, N_("goes into the terminal")},
    {{K_ENTER}, ACT_OPEN, IN_LIST, N_("Open"), N_("opens the exercise")},
    {{K_ENTER},
     ACT_OPEN,
     IN_CHECKS,
     N_("Why"),
     N_("tells what the check expected, what it saw, and a hint")},
    {{K_ENTER},
     ACT_OPEN,
     IN_PICTURE,
     N_("Open"),
     N_("tells about the chosen node, and opens what may be opened there")},
    {{'o', 'O'},
     ACT_OTHER,
     IN_PICTURE,
     N_("Other"),
     N_("shows another picture: the lab, who reaches whom, how far a prefix "
	"got, traffic; O the one before")},
    {{'u'}, ACT_AGAIN, IN_PICTURE, NULL, N_("asks again who reaches whom")},
    {{K_LEFT},
     ACT_LEFT,
     IN_PICTURE,
     NULL,
     N_("chooses the node to the left, or the prefix before")},
    {{K_RIGHT},
     ACT_RIGHT,
     IN_PICTURE,
     NULL,
     N_("chooses the node to the right, or the next prefix")},
    {{'l'},
     ACT_AS_LIST,
     IN_PICTURE,
     N_("List"),
     N_("shows the picture in words, and back")},
    {{'?', K_F1}, ACT_HELP, IN_VIEWS, N_("Keys"), N_("shows the keys")},
    {{'C'},
     ACT_COURSES,
     IN_LIST,
     N_("Course"),
     N_("chooses a course to follow, or none")},
    {{'i'},
     ACT_WELCOME,
     IN_VIEWS,
     NULL,
     N_("shows the words of the first start")},
    {{'q', K_CTRL('c')}, ACT_QUIT, IN_VIEWS, N_("Quit"), N_("leaves ixlab")},
    {{K_TAB}, ACT_NEXT_PANE, IN_WORK, N_("Pane"), N_("goes to the next pane")},
    {{'W'},
     ACT_RECORD,
     IN_PICTURE,
     N_("Write"),
     N_("writes the picture to files, as text and as SVG")},
    {{K_BACKTAB}, ACT_PREV_PANE, IN_WORK, NULL, N_("goes to the pane before")},
    {{'n', K_RIGHT},
     ACT_NEXT_STEP,
     IN_TEXT | IN_CHECKS,
     N_("Next"),
     N_("shows the next step")},
    {{'p', K_LEFT},
     ACT_PREV_STEP,
     IN_TEXT | IN_CHECKS,
     NULL,
     N_("shows the step before")},
    {{'n'}, ACT_NEXT_STEP, IN_PICTURE, NULL, N_("shows the next step")},
    {{'p'}, ACT_PREV_STEP, IN_PICTURE, NULL, N_("shows the step before")},
    {{'t'},
     ACT_SHELL,
     IN_WORK,
     N_("Shell"),
     N_("opens a shell on your router; in the picture, on the chosen node")},
    {{'b'},
     ACT_BIRDC,
     IN_WORK,
     "birdc",
     N_("opens the command line of BIRD there, or of what else runs; what is "
	"not yours is only looked at")},
    {{'e'},
     ACT_EDIT,
     IN_WORK,
     N_("Edit"),
     N_("opens your file there in an editor ($VISUAL, $EDITOR, nano)")},
    {{'r'},
     ACT_RELOAD,
     IN_WORK,
     NULL,
     N_("lets your router read its files again, after an edit")},
    {{'v'},
     ACT_NEXT_TERM,
     IN_WORK,
     NULL,
     N_("shows the next of the programs that you opened")},
    {{'/'},
     ACT_PAST,
     IN_WORK,
     NULL,
     N_("shows all that the terminal has said, to search in it, to copy from "
	"it, to write it to a file")},
    {{'h'},
     ACT_HINT,
     IN_WORK,
     N_("Hint"),
     N_("gives a hint for what fails now")},
    {{'a'},
     ACT_ANSWER,
     IN_WORK | IN_QUESTION,
     N_("Answer"),
     N_("opens the form with the exercise's questions")},
    {{'w'},
     ACT_NOTES,
     IN_WORK,
     NULL,
     N_("shows what you wrote down, and takes another line")},
    {{'z'},
     ACT_ZOOM,
     IN_WORK,
     NULL,
     N_("gives this pane the whole screen, and takes it back")},
    {{'>', '<'},
     ACT_COLUMNS,
     IN_WORK,
     NULL,
     N_("more columns for the text, or fewer; kept")},
    {{']', '['},
     ACT_LINES,
     IN_WORK,
     NULL,
     N_("more lines for what is below, or fewer; kept")},
    {{'='}, ACT_EVEN, IN_WORK, NULL, N_("all sizes as they were at first")},
    {{K_ESC, K_BACKSPACE},
     ACT_CLOSE,
     IN_WORK,
     N_("Exercises"),
     N_("goes back to the list; the lab runs on")},
    {{'1', '4'},
     ACT_PANE,
     IN_WORK,
     NULL,
     N_("text, terminal, checks, picture: goes there by number")},
    {{'1', '9'},
     ACT_PICK,
     IN_LIST | IN_PICK,
     NULL,
     N_("takes the line of that number")},
    {{'c'},
     ACT_CHECK,
     IN_WORK,
     NULL,
     N_("looks at every check afresh and notes the points")},
    {{'s'},
     ACT_START,
     IN_WORK,
     NULL,
     N_("starts the lab (opening an exercise does so, too)")},
    {{'x'},
     ACT_STOP,
     IN_WORK,
     NULL,
     N_("stops the lab; what you typed is kept")},
    {{'T'},
     ACT_CLOCK,
     IN_WORK,
     NULL,
     N_("hides the minutes spent on the exercise, or shows them")},
    {{'P'},
     ACT_PAUSE,
     IN_VIEWS,
     NULL,
     N_("stops the clocks of the course and of the exercise, or lets them go "
	"on")},
    {{'N'},
     ACT_NEXT_BLOCK,
     IN_LIST,
     NULL,
     N_("goes to the next block of the course")},
    {{'R'},
     ACT_RESET_WHAT,
     IN_WORK,
     NULL,
     N_("begins again: the exercise or this step (your files go to "
	"FILE.mine), or one node")},
    {{'S'},
     ACT_SOLVE,
     IN_WORK,
     NULL,
     N_("lays the solution over your files, which go to FILE.mine")},
    {{K_UP, 'k'},
     ACT_UP,
     IN_VIEWS | IN_OVER | IN_PICK | IN_PAST,
     NULL,
     N_("one line up")},
    {{K_DOWN, 'j'},
     ACT_DOWN,
     IN_VIEWS | IN_OVER | IN_PICK | IN_PAST,
     NULL,
     N_("one line down")},
    {{K_PGUP, '-'},
     ACT_PAGE_UP,
     IN_VIEWS | IN_OVER | IN_PAST,
     NULL,
     N_("one page up")},
    {{K_PGDN, ' '},
     ACT_PAGE_DOWN,
     IN_VIEWS | IN_OVER | IN_PAST,
     NULL,
     N_("one page down")},
    {{'L'},
     ACT_THEME,
     IN_VIEWS,
     NULL,
     N_("other colours: for a dark screen, a light one, high contrast, none; "
	"kept")},
    {{K_HOME, 'g'},
     ACT_TOP,
     IN_VIEWS | IN_OVER | IN_PAST,
     NULL,
     N_("to the beginning")},
    {{K_END, 'G'},
     ACT_BOTTOM,
     IN_VIEWS | IN_OVER | IN_PAST,
     NULL,
     N_("to the end")},
    {{K_SPGUP, K_SUP},
     ACT_BACK_UP,
     IN_TERM,
     N_("Back"),
     N_("shows what has scrolled away (also the mouse wheel)")},
    {{K_SPGDN, K_SDOWN},
     ACT_BACK_DOWN,
     IN_TERM,
     NULL,
     N_("scrolls towards the present again")},
    {{'}'},
     ACT_SEND_LEAVE,
     IN_WORK,
     NULL,
     N_("types a Ctrl-] into the terminal")},
    {{K_CTRL('l')},
     ACT_REDRAW,
     IN_VIEWS | IN_OVER | IN_ASK | IN_PAST,
     NULL,
     N_("draws the screen afresh")},
    {{K_CTRL('z')},
     ACT_SUSPEND,
     IN_VIEWS | IN_OVER | IN_PAST,
     NULL,
     N_("suspends ixlab; the shell's fg brings it back")},
};

const size_t tui_nkeys = sizeof(tui_keys) / sizeof(tui_keys[0]);

/* Of actions that the command line has, too; EXERCISE and NODE stand for names. */
static const struct {
	enum tui_action action;
	const char *verb;
} verbs[] = {
    {ACT_NOTES, "note EXERCISE"},     {ACT_OPEN, "open EXERCISE"},
    {ACT_START, "start EXERCISE"},    {ACT_CHECK, "check EXERCISE"},
    {ACT_SHOW_HINT, "hint EXERCISE"}, {ACT_SOLVE, "solve EXERCISE"},
    {ACT_RESET, "reset EXERCISE"},    {ACT_STOP, "down EXERCISE"},
    {ACT_ANSWER, "answer EXERCISE"},  {ACT_RESET_STEP, "reset EXERCISE"},
    {ACT_RESET_NODE, "reset NODE"},   {ACT_SHELL, "shell NODE"},
    {ACT_RELOAD, "reload NODE"},      {ACT_BIRDC, "cli NODE"},
};

#define NVERBS (sizeof(verbs) / sizeof(verbs[0]))

void
tui_key_verb(enum tui_action action, const char *exercise, const char *node,
	     char *buf, size_t size)
{
	struct str s = {0};
	const char *p;
	size_t i = 0, n;

	while (i < NVERBS && verbs[i].action != action)
		i++;
	for (p = i < NVERBS ? verbs[i].verb : ""; *p; p += n) {
		n = strcspn(p, " ");
		str_add(&s, s.len ? " " : "ixlab ");
		if (n == 8 && strncmp(p, "EXERCISE", n) == 0)
			str_add(&s, exercise);
		else if (n == 4 && strncmp(p, "NODE", n) == 0)
			str_add(&s, node);
		else
			str_addn(&s, p, n);
		n += p[n] == ' ';
	}
	snprintf(buf, size, "%s", str_text(&s));
	str_clear(&s);
}

static bool
is_range(const struct tui_key *k)
{
	return k->action == ACT_PANE || k->action == ACT_PICK;
}

const struct tui_key *
tui_key_find(uint32_t key, unsigned where)
{
	const struct tui_key *k;

	if (key == 0)
		return NULL;
	for (k = tui_keys; k < tui_keys + tui_nkeys; k++) {
		if (!(k->where & where))
			continue;
		if (k->keys[0] == key || k->keys[1] == key)
			return k;
		if (is_range(k) && key >= k->keys[0] && key <= k->keys[1])
			return k;
	}
	return NULL;
}

const char *
tui_key_name(uint32_t key, char *buf)
{
	static const struct {
		uint32_t key;
		const char *name;
	} names[] = {
	    {K_TAB, "Tab"},
	    {K_ENTER, "Enter"},
	    {K_ESC, "Esc"},
	    {K_LEAVE, "Ctrl-]"},
	    {K_BACKSPACE, "Backspace"},
	    {K_UP, "Up"},
	    {K_DOWN, "Down"},
	    {K_LEFT, "Left"},
	    {K_RIGHT, "Right"},
	    {K_PGUP, "PgUp"},
	    {K_PGDN, "PgDn"},
	    {K_HOME, "Home"},
	    {K_END, "End"},
	    {K_BACKTAB, "Shift-Tab"},
	    {K_SPGUP, "Shift-PgUp"},
	    {K_SPGDN, "Shift-PgDn"},
	    {K_SUP, "Shift-Up"},
	    {K_SDOWN, "Shift-Down"},
	    {' ', "Space"},
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].key == key)
			return strcpy(buf, names[i].name);
	if (key >= K_F1 && key <= K_F12)
		snprintf(buf, 16, "F%u", (unsigned)(key - K_F1 + 1) & 0xf);
	else if (key < 32)
		snprintf(buf, 16, "Ctrl-%c", (int)key + 64);
	else
		snprintf(buf, 16, "%c", (int)(key & 0x7f));
	return buf;
}

void
tui_key_names(const struct tui_key *k, char *buf, size_t size)
{
	char a[16], b[16];

	tui_key_name(k->keys[0], a);
	if (k->keys[1] == 0)
		snprintf(buf, size, "%s", a);
	else
		snprintf(buf, size, "%s%s%s", a, is_range(k) ? ".." : ", ",
			 tui_key_name(k->keys[1], b));
}

void
tui_key_places(unsigned where, char *buf, size_t size)
{
	static const char *const names[] = {
	    "list",	"text",	   "terminal",
	    "checks",	"picture", "box",
	    "question", "form",	   "a question's box",
	    "choice",	"notes",   "terminal's text",
	    "search"};
	size_t i, n = 0;

	buf[0] = '\0';
	if ((where & IN_WORK) == IN_WORK) {
		n = (size_t)snprintf(buf, size, "panes");
		where &= ~(unsigned)IN_WORK;
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]) && n < size; i++)
		if (where & 1u << i)
			n += (size_t)snprintf(buf + n, size - n, "%s%s",
					      n ? ", " : "", names[i]);
}

#!/bin/sh
# The interface in other languages: each catalogue has every word of the code, its
# formats agree, and the program finds it. "make po" brings in new words.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
command -v xgettext >/dev/null || skip_all "gettext is not installed"

(cd "$top" && xgettext --language=C --from-code=UTF-8 -k_ -kN_ -o "$tmp/all.pot" \
	tui/*.c tui/*.h)
for po in "$top"/tui/po/*.po; do
	l=$(basename "$po" .po)
	run msgfmt --check -o /dev/null "$po"
	is "$l: well formed, formats agree" "$status $err" "0 "
	run msgcmp --use-untranslated "$po" "$tmp/all.pot"
	is "$l: every word of the interface is in it (else: make po)" "$status $err" "0 "
	diag "$l: $(msgfmt --statistics -o /dev/null "$po" 2>&1)"
	like "$l: says who has read it" "$(cat "$po")" '^"Last-Translator: [^ ]'
	ok "$l: is installed beside the programs" \
		test -e "$(dirname "$(command -v ixlab)")/locale/$l/LC_MESSAGES/ixlab.mo"
done

# A word is in _() or N_(): no sentence of the views is bare.
bare=$(cd "$top" && sed 's|/\*.*\*/||' tui/view*.c tui/tui_over.c tui/tui_form.c |
	tr -d '\n' | grep -oE '[^_"(]\("[A-Z][a-z]+ [a-z]+ [^"]*"' | grep -v '_(')
is "no sentence is outside _()" "$bare" ""

says() { # NAME WORDS VARIABLE...
	_name=$1 _words=$2
	shift 2
	like "$_name" "$(echo quit | env -u LANGUAGE -u LANG -u LC_ALL -u LC_MESSAGES \
		"$@" ixlab open --plain)" "$_words"
}
says "English without a wish" '^Type open and a number' LC_ALL=C.UTF-8
says "French by LANGUAGE" '^Tapez open et un numéro' LC_ALL=C.UTF-8 LANGUAGE=fr
says "French by LANG, whether the machine knows it or not" \
	'^Tapez open et un numéro' LANG=fr_FR.UTF-8
says "Spanish" '^Escriba open y un número' LC_ALL=C.UTF-8 LANGUAGE=es
says "Urdu" 'ایک نمبر لکھیں' LC_ALL=ur_PK.UTF-8
says "English for a language that we lack" '^Type open' LANG=xx_YY.UTF-8
says "C is English whatever LANGUAGE says" '^Type open' LC_ALL=C LANGUAGE=fr
says "letters without their marks in ASCII" '^Tapez open et un numero' \
	LANG=fr_FR.ISO-8859-1
says "English rather than Urdu in ASCII" '^Type open' LANG=ur_PK
says "no file from a language" '^Type open' LANG=../../x.UTF-8 LANGUAGE=../../x
done_testing

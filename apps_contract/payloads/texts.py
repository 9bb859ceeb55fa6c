"""Texts that a service must keep unchanged (SRV-STATE-12), each short enough for a display name (SRV-INPUT-12).

Every entry has a label for reports, and tells whether a server may answer 400 to it instead of keeping it. Lone
surrogates are not here: they have no UTF-8 form, and live among the raw bodies.
"""

from typing import NamedTuple

LONGEST_NAME = 256  # characters of a display name that a server must take (contract 6, SRV-STATE-12); no schema says it


# Code points that Unicode sets aside for internal use.
NONCHARACTERS = frozenset(
    map(chr, (*range(0xFDD0, 0xFDF0), *(plane << 16 | end for plane in range(17) for end in (0xFFFE, 0xFFFF))))
)


class Text(NamedTuple):
    """A text with the label under which reports show it."""

    label: str
    text: str

    @property
    def may_be_refused(self) -> bool:
        """Whether 400 is a legal answer: empty texts and U+0000 (SRV-INPUT-12), and noncharacters, to be fair."""
        return not self.text or "\0" in self.text or not NONCHARACTERS.isdisjoint(self.text)


def _filled(unit: str) -> str:
    """Repeat ``unit`` up to the longest name, in whole units, and fill the rest with digits."""
    whole = unit * (LONGEST_NAME // len(unit))
    return whole + "7" * (LONGEST_NAME - len(whole))


_WORDS = (
    Text("ASCII", "Demo App 001"),
    Text("one character", "x"),
    Text("German sharp s", "Straße STRASSE \u1e9e"),
    Text("Turkish dotless and dotted i", "ı I i İ"),  # noqa: RUF001 -- the confusion is the point
    Text("Greek final sigma", "ΣΊΣΥΦΟΣ σίσυφος"),
    Text("Cyrillic look-alikes", "Аpp рау"),  # noqa: RUF001 -- the confusion is the point
    Text("Vietnamese", "Tiếng Việt"),
    Text("Chinese", "应用程序 應用程式"),
    Text("Japanese, half-width kana", "アプリ ｱﾌﾟﾘ"),
    Text("Hangul syllables", "한국어"),
    Text("Hangul jamo", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    Text("Devanagari with joiners", "क्\u200dष क्\u200cष"),
    Text("Thai", "แอปพลิเคชัน"),
    Text("Arabic", "تطبيق ١٢٣"),
    Text("Hebrew with points", "שָׁלוֹם"),
)

_NORMAL_FORMS = (
    Text("e acute, composed (NFC)", "caf\u00e9"),
    Text("e acute, decomposed (NFD)", "cafe\u0301"),
    Text("A ring, composed (NFC)", "\u00c5"),
    Text("A ring, decomposed (NFD)", "A\u030a"),
    Text("Angstrom sign", "\u212b"),
    Text("Kelvin sign", "300 \u212a"),
    Text("Ohm sign", "\u2126"),
    Text("marks in uncanonical order", "q\u0307\u0323 q\u0323\u0307"),
    Text("ligatures", "\ufb01 \ufb03 \u0132 \u01c4"),
    Text("full-width forms", "\uff21\uff30\uff29 \uff11\uff12\uff13"),
    Text("superscripts and fractions", "x\u00b2 \u00bd \u2460"),
    Text("compatibility ideograph", "\uf900 \u8c48"),
    Text("composition exclusion", "\u0958 \u0915\u093c"),
    Text("stack of combining marks", "Z" + "\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324" * 4),
    Text("leading combining mark", "\u0301abc"),
)

_PLANES = tuple(
    Text(f"plane {plane}, {what}", f"<{chr(code)}>")
    for plane, what, code in (
        (0, "last private use", 0xF8FF),
        (0, "replacement character", 0xFFFD),
        (1, "emoji", 0x1F600),
        (1, "Gothic letter", 0x10348),
        (1, "mathematical letter", 0x1D4D0),
        (2, "ideograph", 0x20BB7),
        (3, "ideograph", 0x30000),
        *((plane, "unassigned", plane * 0x10000 + 0x100) for plane in range(4, 14)),
        (14, "variation selector", 0xE0100),
        (14, "tag letter", 0xE0061),
        (15, "private use", 0xF0000),
        (16, "private use", 0x100000),
        (16, "highest private use", 0x10FFFD),
    )
)

_EMOJI = (
    Text("family joined by ZWJ", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"),
    Text("skin tone", "\U0001f44b\U0001f3fd"),
    Text("flag of regional letters", "\U0001f1f8\U0001f1ea"),
    Text("flag of tags", "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
    Text("key cap", "1\ufe0f\u20e3"),
    Text("text and emoji presentation", "\u2764\ufe0e \u2764\ufe0f"),
)

_SPACES = (
    Text("leading and trailing spaces", "  both ends  "),
    Text("several inner spaces", "a  b   c    d"),
    Text("one space", " "),
    Text("tab and line feed", "a\tb\nc"),
    Text("carriage return and line feed", "a\r\nb\r\n"),
    Text("bare carriage return", "a\rb"),
    Text("no-break spaces", "\u00a0a\u00a0\u202fb\u2007"),
    Text("ideographic space", "\u3000名前\u3000"),
    Text("zero-width characters", "a\u200bb\u2060c\u00add"),
    Text("byte order mark inside", "a\ufeffb"),
    Text("byte order mark at the start", "\ufeffabc"),
    Text("line and paragraph separator", "a\u2028b\u2029c"),
    Text("next line", "a\u0085b"),
    Text("vertical tab and form feed", "a\x0bb\x0cc"),
)

_CONTROLS = (
    Text("backspace and bell", "a\x07b\x08c"),
    Text("escape sequence", "\x1b[31mred\x1b[0m"),
    Text("U+0001", "a\x01b"),
    Text("U+001F", "a\x1fb"),
    Text("U+007F", "a\x7fb"),
    Text("C1 control", "a\x80b\x9fc"),
    Text("U+0000 inside", "a\0b"),
    Text("U+0000 at the end", "abc\0"),
    Text("noncharacter U+FFFF", "a\uffffb"),
    Text("noncharacter U+10FFFE", "a\U0010fffeb"),
)

_DIRECTIONS = (
    Text("right-to-left override", "abc\u202etxt.exe\u202c"),
    Text("bidirectional isolates", "\u2067שלום\u2069 (\u2066abc\u2069)"),  # noqa: RUF001 -- the confusion is the point
    Text("left-to-right marks", "\u200eabc\u200f \u061cאבג"),
    Text("unbalanced embedding", "\u202a\u202babc"),
)

_SYNTAX = (
    Text("double quotes", 'say "hello"'),
    Text("single quotes", "it's 'quoted'"),
    Text("typographic quotes", "„unten“ ‘so’ «là»"),  # noqa: RUF001 -- the confusion is the point
    Text("backslashes", "C:\\temp\\new\\u0041\\\\"),
    Text("trailing backslash", "ends with \\"),
    Text("escapes spelled out", "\\n \\t \\u0000 \\x41 \\ud83d"),
    Text("slashes", "a/b//c/../d ./"),
    Text("JSON inside", '{"id": "x", "display_name": null}'),
    Text("CSV", "a,b;c\td|e"),
    Text("formula", "=1+1"),
    Text("markup", "<b>bold</b> <!-- x --> <br/>"),
    Text("entities", "&lt;b&gt; &amp; &#65; &nbsp;"),
    Text("percent signs", "100% %20 %41 %2F %zz"),
    Text("plus signs", "a+b c"),
    Text("format placeholders", "%s %d {} {0} ${x} {{x}} #{x} %(x)s"),
    Text("SQL quotes", "O'Brien '' ; -- \" ` %_"),
    Text("SQL statement", "' OR 1=1; DROP TABLE apps; SELECT * FROM apps UNION SELECT 1 --"),
    Text("script", "<script>alert(1)</script> javascript:alert(1) onload=x"),
    Text("shell quotes", "$HOME `x` $(x) ; | & > <"),
    Text("regular expression", "^(a|b)*[c-d]?.+$"),
    Text("URL", "https://example.org/?a=1&b=%C3%A9#c"),
    Text("e-mail address", "Name <name@example.org>"),
)

_LOOK_ALIKES = tuple(
    Text(f"looks like {what}", text)
    for what, text in (
        ("null", "null"),
        ("None", "None"),
        ("undefined", "undefined"),
        ("NaN", "NaN"),
        ("true", "true"),
        ("false", "False"),
        ("no in YAML", "no"),
        ("zero", "0"),
        ("negative zero", "-0"),
        ("a number with leading zeros", "007"),
        ("a number with an exponent", "1e5"),
        ("a number with a fraction", "1.0"),
        ("a number with a thousands separator", "1,234"),
        ("a hexadecimal number", "0x1F"),
        ("a large integer", "9007199254740993"),
        ("infinity", "Infinity"),
        ("a time stamp", "2020-01-01T00:00:00Z"),
        ("a date", "01/02/2003"),
        ("a UUID", "123E4567-E89B-12D3-A456-426614174000"),
        ("base64", "YWJjZA=="),
        ("an empty object", "{}"),
        ("an empty array", "[]"),
        ("a mask", "display_name,retention_policy"),
    )
)

_LONG = (
    Text("256 ASCII characters", _filled("abcdefgh")),
    Text("256 Latin characters of two bytes", _filled("é")),
    Text("256 characters of three bytes", _filled("€")),
    Text("256 astral characters", _filled("\U0001f600")),
    Text("256 characters with combining marks", _filled("e\u0301")),
    Text("256 characters in ZWJ sequences", _filled("\U0001f468\u200d\U0001f469\u200d\U0001f467")),
    Text("256 quotes", _filled('"')),
    Text("256 backslashes", _filled("\\")),
    Text("256 control characters", _filled("\x01")),
    Text("256 spaces within", "a" + " " * (LONGEST_NAME - 2) + "b"),
    Text("256 right-to-left letters", _filled("א")),
    Text("256 dotted capital I", _filled("İ")),  # grows when put into lower case
    Text("256 ligatures", _filled("\ufdfa")),  # grows eighteenfold under NFKC
)

TEXTS: tuple[Text, ...] = (
    *_WORDS,
    *_NORMAL_FORMS,
    *_PLANES,
    *_EMOJI,
    *_SPACES,
    *_CONTROLS,
    *_DIRECTIONS,
    *_SYNTAX,
    *_LOOK_ALIKES,
    *_LONG,
    Text("empty", ""),
)

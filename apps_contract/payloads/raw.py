"""Bodies given byte for byte: JSON written oddly, not quite JSON, and JSON that is a trial for its reader.

What a strict reader of RFC 8259 says is part of each case; what a server has to answer differs by function.
"""

from __future__ import annotations

import json
from typing import Any, cast

from apps_contract.payloads.cases import JSON_MEDIA_TYPE, RawCase

DEPTH = 10_000  # levels of nesting (contract 6, SRV-INPUT-8 and issue texts speak of ten thousand)
_MANY_DIGITS = 5_000
_LONG_TEXT = 1_000_000
_WIDE = 20_000

# A create and an update that every edition allows.
PLAIN_BODY: dict[str, Any] = {
    "display_name": "raw body",
    "channel_credentials": [
        {"channel": "SMS", "static_bearer": {"claimed_identity": "identity-raw-3f6c", "token": "token-raw-91be"}}
    ],
    "retention_policy": {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 30},
}
_MARK = "@HERE@"


def not_json(body: dict[str, Any] | None = None) -> tuple[RawCase, ...]:
    """Return bodies that no strict JSON parser reads (SRV-INPUT-1: 400), each ``body`` but for one fault in its text.

    ``body`` has to be a valid create or update without ``retention_policy``, or with one that may be replaced.
    """
    plain = _text(body or PLAIN_BODY)
    named = {**(body or PLAIN_BODY), "display_name": _MARK}
    in_name = _text(named).split(json.dumps(_MARK))
    number = _text({**(body or PLAIN_BODY), "retention_policy": {"ttl_days": _MARK}}).split(json.dumps(_MARK))
    texts: dict[str, dict[str, str]] = {
        "empty": {"no bytes": "", "spaces": "   ", "line feeds": "\r\n\r\n"},
        "cut": {
            "before the last brace": plain[:-1],
            "after the first brace": "{",
            "inside a name": plain[:5],
            "after a colon": plain[: plain.index(":") + 1],
            "after a comma": plain[: plain.index(",") + 1],
            "inside a text": plain[: plain.index("token") + 3],
            "inside an escape": in_name[0] + '"a\\u00',
            "in the middle": plain[: len(plain) // 2],
        },
        "trailing": {
            "a second object": plain + "{}",
            "a closing brace": plain + "}",
            "a word": plain + " x",
            "a comma": plain + ",",
            "a NUL": plain + "\0",
        },
        "punctuation": {
            "comma before the last brace": plain[:-1] + ",}",
            "comma before a bracket": plain.replace("]", ",]", 1),
            "two commas": plain.replace(",", ",,", 1),
            "leading comma": "{," + plain[1:],
            "no comma": plain.replace(",", " ", 1),
            "no colon": plain.replace(":", " ", 1),
            "semicolon for a comma": plain.replace(",", ";", 1),
            "equals sign for a colon": plain.replace(":", "=", 1),
            "bracket for a brace": plain[:-1] + "]",
        },
        "comment": {
            "line comment": "// app\n" + plain,
            "block comment": plain[:-1] + "/* app */}",
            "hash comment": "# app\n" + plain,
        },
        "quotes": {
            "single": plain.replace('"', "'"),
            "none around names": plain.replace('"display_name"', "display_name"),
            "typographic": plain.replace('"', "\u201d"),
            "back-ticks": plain.replace('"', "`"),
        },
        "string": {
            "raw line feed": in_name[0] + '"a\nb"' + in_name[1],
            "raw tab": in_name[0] + '"a\tb"' + in_name[1],
            "raw NUL": in_name[0] + '"a\0b"' + in_name[1],
            "raw U+001F": in_name[0] + '"a\x1fb"' + in_name[1],
            "escape \\x": in_name[0] + '"\\x41"' + in_name[1],
            "escape \\'": in_name[0] + '"\\\'"' + in_name[1],
            "escape \\U": in_name[0] + '"\\U0001F600"' + in_name[1],
            "escape with three digits": in_name[0] + '"\\u041"' + in_name[1],
            "escape with a wrong digit": in_name[0] + '"\\u00g1"' + in_name[1],
            "line continuation": in_name[0] + '"a\\\nb"' + in_name[1],
            "two strings side by side": in_name[0] + '"a" "b"' + in_name[1],
        },
        "number": {
            spelled: number[0] + spelled + number[1]
            for spelled in (
                "007",
                "+30",
                "30.",
                "3e",
                "3e+",
                "0x1E",
                "3_0",
                "--30",
                "- 30",
                ".3e2",
                "1,0",
                "30n",
                "\u0663\u0660",
            )
        },
        "constant": {
            # In a member that no type forbids it in: whoever lets it pass there has not read JSON.
            spelled: f'{plain[:-1]}, "no_such_member": {spelled}}}'
            for spelled in ("NaN", "Infinity", "-Infinity", "undefined", "None", "True", "nul", "NULL")
        },
        "white space": {
            "no-break space": plain.replace(":", ":\u00a0", 1),
            "form feed": plain.replace(":", ":\f", 1),
            "vertical tab": plain.replace(":", ":\v", 1),
            "line separator": plain.replace(":", ":\u2028", 1),
            "ideographic space": plain + "\u3000",
        },
        "another language": {
            "a word": "hello",
            "XML": "<app><display_name>x</display_name></app>",
            "YAML": "display_name: x\nchannel_credentials: []\n",
            "a form": "display_name=x&channel_credentials=",
            "JSONP": f"callback({plain});",
            "JSON sequence": f"\x1e{plain}\n",
            "prefix against hijacking": ")]}'\n" + plain,
            "assignment": f"app = {plain}",
        },
    }
    cases = [
        RawCase(f"{operator}: {label}", operator, text.encode("utf-8"), verdict="not-json")
        for operator, labelled in texts.items()
        for label, text in labelled.items()
    ]
    cases += [
        RawCase(f"invalid UTF-8: {label}", "invalid-utf8", _around(in_name, wrong), verdict="not-json")
        for label, wrong in (
            ("lone continuation byte", b"a\x80b"),
            ("Latin-1 text", b"caf\xe9 au lait"),
            ("cut sequence", b"\xe2\x82"),
            ("overlong slash", b"\xc0\xaf"),
            ("surrogate", b"\xed\xa0\x80"),
            ("surrogate pair (CESU-8)", b"\xed\xa0\xbd\xed\xb8\x80"),
            ("above U+10FFFF", b"\xf4\x90\x80\x80"),
            ("bytes FE and FF", b"\xfe\xff"),
        )
    ]
    cases += [
        RawCase(f"binary: {label}", "binary", content, verdict="not-json")
        for label, content in (
            ("NUL bytes", b"\0" * 16),
            ("every byte", bytes(range(256))),
            ("gzip head", b"\x1f\x8b\x08\0\0\0\0\0\0\xff"),
            ("CBOR map", b"\xa1\x6cdisplay_name\x61x"),
        )
    ]
    return tuple(cases)


def not_objects() -> tuple[RawCase, ...]:
    """Return bodies that are JSON, but no object (SRV-INPUT-1: 400)."""
    values: dict[str, Any] = {
        "null": None,
        "true": True,
        "false": False,
        "zero": 0,
        "one": 1,
        "a fraction": -1.5,
        "an empty text": "",
        "a text": "display_name",
        "an empty array": [],
        "an array of null": [None],
        "an array of a valid body": [PLAIN_BODY],
        "an array of pairs": [list(pair) for pair in PLAIN_BODY.items()],
        "a valid body inside a text": _text(PLAIN_BODY),
    }
    return tuple(
        RawCase(f"not an object: {label}", "not-object", _text(value).encode("utf-8"), verdict="not-object")
        for label, value in values.items()
    )


def odd_spellings(body: dict[str, Any]) -> tuple[RawCase, ...]:
    """Return spellings of the same value that every JSON parser reads alike; a valid ``body`` stays valid in each."""
    compact = _text(body)
    pretty = json.dumps(body, ensure_ascii=False, indent=4)
    escaped = _escaped(body)
    spelled: dict[str, str] = {
        "indented": pretty,
        "indented with tabs": json.dumps(body, ensure_ascii=False, indent="\t"),
        "CRLF line ends": pretty.replace("\n", "\r\n"),
        "no spaces": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "spaces everywhere": json.dumps(body, ensure_ascii=False, separators=(" , ", " : ")),
        "leading and trailing white space": f" \t\r\n{compact}\n\r\t ",
        "4 KiB of leading white space": " " * 4096 + compact,
        "ASCII only": json.dumps(body, ensure_ascii=True),
        "every character escaped": escaped,
        "escapes in capitals": _capital_escapes(escaped),
        "members in reverse order": _text(_reordered(body)),
    }
    cases = [RawCase(f"odd spelling: {label}", "odd-spelling", text.encode("utf-8")) for label, text in spelled.items()]
    cases += [
        RawCase(f"media type {content_type}", "media-type", compact.encode("utf-8"), content_type)
        for content_type in ("application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON")
    ]
    return tuple(cases)


def hostile() -> tuple[RawCase, ...]:
    """Return bodies that may be taken or refused, but not by a 5xx, a hang or a dropped connection (SRV-INPUT-8)."""
    named = _text({**PLAIN_BODY, "display_name": _MARK}).split(json.dumps(_MARK))
    number = _text({**PLAIN_BODY, "retention_policy": {"ttl_days": _MARK}}).split(json.dumps(_MARK))
    extra = _text({**PLAIN_BODY, "unknown_member": _MARK}).split(json.dumps(_MARK))
    nested_object = '{"a":' * DEPTH + "1" + "}" * DEPTH
    nested_array = "[" * DEPTH + "]" * DEPTH
    texts: dict[str, dict[str, str]] = {
        "duplicate-keys": {
            "display_name twice": '{"display_name":"first",' + _text(PLAIN_BODY)[1:],
            "display_name of two types": '{"display_name":7,' + _text(PLAIN_BODY)[1:],
            "channel_credentials twice": _text(PLAIN_BODY)[:-1] + ',"channel_credentials":[]}',
            "display_name a thousand times": "{" + '"display_name":"x",' * 1000 + _text(PLAIN_BODY)[1:],
            "the same name in another spelling": '{"display\\u005fname":"first",' + _text(PLAIN_BODY)[1:],
        },
        "deep-nesting": {
            "objects in an unknown member": extra[0] + nested_object + extra[1],
            "arrays in an unknown member": extra[0] + nested_array + extra[1],
            "arrays for the display name": named[0] + nested_array + named[1],
            "arrays alone": nested_array,
            "objects alone": nested_object,
            "arrays for the credentials": '{"display_name":"deep","channel_credentials":' + nested_array + "}",
        },
        "huge-number": {
            "1e400": number[0] + "1e400" + number[1],
            "-1e400": number[0] + "-1e400" + number[1],
            "1e-400": number[0] + "1e-400" + number[1],
            "1e999999999": number[0] + "1e999999999" + number[1],
            "5,000 digits": number[0] + "1" + "0" * _MANY_DIGITS + number[1],
            "5,000 digits of fraction": number[0] + "30." + "3" * _MANY_DIGITS + number[1],
            "2^64": number[0] + str(2**64) + number[1],
            "-0": number[0] + "-0" + number[1],
            "30.0": number[0] + "30.0" + number[1],
            "3e1": number[0] + "3e1" + number[1],
            "300e-1": number[0] + "300e-1" + number[1],
            "1e400 in an unknown member": extra[0] + "1e400" + extra[1],
            "5,000 digits in an unknown member": extra[0] + "9" * _MANY_DIGITS + extra[1],
        },
        "lone-surrogate": {
            "high": named[0] + '"a\\ud83d"' + named[1],
            "low": named[0] + '"\\ude00b"' + named[1],
            "in wrong order": named[0] + '"\\ude00\\ud83d"' + named[1],
            "high before an escape": named[0] + '"\\ud83d\\u0041"' + named[1],
            "in a member's name": '{"\\ud83d":1,' + _text(PLAIN_BODY)[1:],
            "in a token": _text(PLAIN_BODY).replace('"token-raw', '"\\udfff-raw'),
        },
        "nul": {
            "escaped in the name": named[0] + '"a\\u0000b"' + named[1],
            "alone as the name": named[0] + '"\\u0000"' + named[1],
            "in a member's name": '{"display_name\\u0000":"x",' + _text(PLAIN_BODY)[1:],
            "in a token": _text(PLAIN_BODY).replace('"token-raw', '"\\u0000-raw'),
        },
        "large": {
            "a megabyte of name": named[0] + '"' + "a" * _LONG_TEXT + '"' + named[1],
            "a megabyte of escapes": named[0] + '"' + "\\u0061" * (_LONG_TEXT // 6) + '"' + named[1],
            "a megabyte in an unknown member": extra[0] + '"' + "a" * _LONG_TEXT + '"' + extra[1],
            "a member's name of a megabyte": '{"' + "n" * _LONG_TEXT + '":1,' + _text(PLAIN_BODY)[1:],
            "a megabyte of white space": " " * _LONG_TEXT + _text(PLAIN_BODY),
            "many unknown members": "{" + "".join(f'"m{n}":{n},' for n in range(_WIDE)) + _text(PLAIN_BODY)[1:],
            "many entries": _text({"display_name": "many", "channel_credentials": [{}] * _WIDE}),
        },
        "odd-names": {
            "__proto__": '{"__proto__":{"display_name":"x"},' + _text(PLAIN_BODY)[1:],
            "constructor": '{"constructor":{"prototype":{"id":"x"}},' + _text(PLAIN_BODY)[1:],
            "empty": '{"":1,' + _text(PLAIN_BODY)[1:],
            "$ref": '{"$ref":"#","$where":"1",' + _text(PLAIN_BODY)[1:],
            "@type": '{"@type":"type.googleapis.com/google.protobuf.Any","@class":"java.lang.Object",'
            + _text(PLAIN_BODY)[1:],
        },
    }
    cases = [
        RawCase(f"{operator}: {label}", operator, text.encode("utf-8"), verdict=_verdict(text))
        for operator, labelled in texts.items()
        for label, text in labelled.items()
    ]
    plain = _text(PLAIN_BODY)
    cases += [
        RawCase(f"encoding: {label}", "encoding", content, content_type, verdict="not-json")
        for label, content, content_type in (
            ("UTF-8 with a byte order mark", b"\xef\xbb\xbf" + plain.encode(), JSON_MEDIA_TYPE),
            ("UTF-16, little end first, marked", b"\xff\xfe" + plain.encode("utf-16-le"), JSON_MEDIA_TYPE),
            ("UTF-16, big end first", plain.encode("utf-16-be"), JSON_MEDIA_TYPE),
            ("UTF-16, declared", plain.encode("utf-16-le"), "application/json; charset=utf-16"),
            ("UTF-32, little end first", plain.encode("utf-32-le"), JSON_MEDIA_TYPE),
            ("EBCDIC, declared", plain.encode("cp037"), "application/json; charset=cp037"),
        )
    ]
    cases += [
        RawCase(f"encoding: {charset} declared", "encoding", plain.encode(), f"application/json; charset={charset}")
        for charset in ("utf-7", "klingon")
    ]
    return tuple(cases)


def _verdict(text: str) -> Any:
    """Tell objects from other JSON by their first character: the texts above are known to be JSON."""
    return "json" if text.lstrip().startswith("{") else "not-object"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _around(parts: list[str], content: bytes) -> bytes:
    """Put raw bytes as a string between the two parts of a text."""
    before, after = parts
    return before.encode("utf-8") + b'"' + content + b'"' + after.encode("utf-8")


def _escaped(value: Any) -> str:
    """Write JSON with each character of each string as an escape."""
    match value:
        case dict():
            return "{" + ",".join(f"{_escaped(str(name))}:{_escaped(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ",".join(_escaped(item) for item in value) + "]"
        case str():
            units = value.encode("utf-16-be")
            escapes = (f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
            return '"' + "".join(escapes) + '"'
        case _:
            return json.dumps(value)


def _capital_escapes(text: str) -> str:
    """Write the hexadecimal digits of the escapes in capitals, and nothing else."""
    return "\\u".join(piece[:4].upper() + piece[4:] if at else piece for at, piece in enumerate(text.split("\\u")))


def _reordered(value: Any) -> Any:
    """Turn the members of each object round; arrays keep their order, since it has a meaning."""
    match value:
        case dict():
            return {name: _reordered(item) for name, item in reversed(cast("dict[str, Any]", value).items())}
        case list():
            return [_reordered(item) for item in value]
        case _:
            return value

"""Faults in how text is kept (SRV-STATE-12): encodings, columns, sanitizers."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.tools import Entry, with_entries, with_texts
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService

if TYPE_CHECKING:
    from apps_contract.service.message import Call

TEXT = Catalogue()

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")
_TELEPHONE_NUMBER = re.compile(r"\+?[\d ()-]{6,}")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


class _RewritingService(AppsService):
    """Stores the display_name in another form than it was sent."""

    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        request = super().check_body(body, call)
        if "display_name" not in request:
            return request
        return {**request, "display_name": self.rewritten(request["display_name"])}

    def rewritten(self, name: str) -> str:
        """Return the name as it is stored."""
        raise NotImplementedError


@TEXT.add("name-trimmed", "SRV-STATE-12", "Spaces at both ends of display_name are cut off.", also=("SRV-STATE-2",))
class _NameTrimmed(_RewritingService):
    def rewritten(self, name: str) -> str:
        return name.strip()


@TEXT.add(
    "name-normalized",
    "SRV-STATE-12",
    "display_name is normalized to NFC: decomposed letters come back composed.",
    also=("SRV-STATE-2",),
)
class _NameNormalized(_RewritingService):
    def rewritten(self, name: str) -> str:
        return unicodedata.normalize("NFC", name)


@TEXT.add(
    "name-three-byte-utf8",
    "SRV-STATE-12",
    "The column holds three bytes per character: characters beyond the BMP come back as question marks.",
    also=("SRV-STATE-2",),
)
class _NameThreeByteUtf8(_RewritingService):
    def rewritten(self, name: str) -> str:
        return _BEYOND_BMP.sub("?", name)


@TEXT.add(
    "name-cut-at-255", "SRV-STATE-12", "The column holds 255 characters: the 256th is cut off.", also=("SRV-STATE-2",)
)
class _NameCutAt255(_RewritingService):
    def rewritten(self, name: str) -> str:
        return name[:255]


@TEXT.add(
    "long-name-shortened", "SRV-STATE-12", "A display_name of more than 500 characters is cut, with dots at its end."
)
class _LongNameShortened(_RewritingService):
    def rewritten(self, name: str) -> str:
        limit = 500
        return name if len(name) <= limit else name[: limit - 1] + "…"


@TEXT.add(
    "name-html-escaped",
    "SRV-STATE-12",
    "A sanitizer turns <, > and & in display_name into HTML entities.",
    also=("SRV-STATE-2",),
)
class _NameHtmlEscaped(_RewritingService):
    def rewritten(self, name: str) -> str:
        return html.escape(name, quote=False)


@TEXT.add(
    "name-unescaped-twice",
    "SRV-STATE-12",
    "Backslash sequences in display_name are decoded a second time: \\n as two characters becomes a line break.",
    also=("SRV-STATE-2",),
)
class _NameUnescapedTwice(_RewritingService):
    def rewritten(self, name: str) -> str:
        return name.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")


@TEXT.add(
    "invisible-characters-dropped",
    "SRV-STATE-12",
    "Joiners, marks and variation selectors, which cannot be seen, are dropped from display_name.",
    also=("SRV-STATE-2",),
)
class _InvisibleCharactersDropped(_RewritingService):
    def rewritten(self, name: str) -> str:
        return _INVISIBLE.sub("", name)


@TEXT.add(
    "secrets-trimmed",
    "SRV-STATE-12",
    "Spaces at both ends of credentials and callback secrets are cut off.",
    also=("SRV-STATE-2",),
)
class _SecretsTrimmed(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        def trimmed(entry: Entry) -> Entry:
            return dict(with_texts(entry, str.strip))

        return with_entries(super().check_body(body, call), trimmed)


@TEXT.add(
    "name-of-256-refused",
    "SRV-STATE-12",
    "A display_name of 256 characters answers 400: only 255 are taken.",
    also=("SRV-INPUT-12",),
)
class _NameOf256Refused(AppsService):
    def check_choices(self, request: dict[str, Any]) -> None:
        limit = 255
        if len(request.get("display_name", "")) > limit:
            raise RefusalError(400, f"display_name: must have at most {limit} characters")
        super().check_choices(request)


@TEXT.add(
    "telephone-number-normalized",
    "SRV-STATE-12",
    "A claimed_identity that looks like a telephone number is brought into one form: without spaces, dashes and plus.",
    also=("SRV-STATE-2",),
)
class _TelephoneNumberNormalized(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        def changed(entry: Entry) -> Entry:
            sender = entry.get("static_bearer")
            if not sender or not _TELEPHONE_NUMBER.fullmatch(sender["claimed_identity"]):
                return entry
            return {
                **entry,
                "static_bearer": {**sender, "claimed_identity": re.sub(r"\D", "", sender["claimed_identity"])},
            }

        return with_entries(super().check_body(body, call), changed)


@TEXT.add(
    "lone-surrogate-replaced",
    "SRV-STATE-12",
    "A lone surrogate in a text is stored as a question mark instead of being refused.",
    also=("SRV-STATE-2",),
)
class _LoneSurrogateReplaced(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        body = call.body or b""
        if b"\\ud" in body.lower():
            with suppress(ValueError):
                value = with_texts(json.loads(body), lambda text: text.encode("utf-8", "replace").decode())
                call = replace(call, body=json.dumps(value).encode())
        return super().parse_body(call)

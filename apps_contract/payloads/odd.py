"""Requests around the body as broken clients, scanners and fuzzers send them: odd paths, queries, masks and headers.

Paths, queries and headers go with what only reads. None carries a header by which a server could take a GET for
another method.
"""

_MANY = 800
_LONG = 4000
_LONG_HEADER = 7000  # as long as a large cookie or token, and below the 8 KiB that many servers take

PATHS = (
    "/",
    "//",
    "/.",
    "/..",
    "/../..",
    "/%2e%2e",
    "/%2F",
    "/a%2Fb",
    "/a%00b",
    "/%00",
    "/%",
    "/%zz",
    "/%C0%AF",
    "/%FF%FE",
    "/%ED%A0%80",
    "/caf%C3%A9",
    "/%F0%9F%98%80",
    "/a;b=c",
    "/a,b",
    "/null",
    "/undefined",
    "/-1",
    "/0",
    "/'%20OR%201=1",
    "/{app_id}",
    "/" + "a" * _LONG,
    "/" + "%41" * (_LONG // 4),
    "/a/b",
    "/a/b/c/d",
)
"""Added to the path of the list of apps."""

QUERIES = (
    "?",
    "??",
    "?&",
    "?=",
    "?page_size=-1",
    "?page_size=abc",
    "?page_token=%00",
    "?update_mask=",
    "?x=%zz",
    "?a[]=1",
    "?" + "a=b&" * _MANY,
)

HEADERS = (
    ("Accept", "text/html"),
    ("Accept", "*/*;q=abc"),
    ("Accept", ""),
    ("Accept-Encoding", "br;q=2, nonsense"),
    ("Accept-Language", "x" * 500),
    ("If-Match", "*"),
    ("If-None-Match", '"x"'),
    ("If-Modified-Since", "yesterday"),
    ("Range", "bytes=0-1,5-2"),
    ("Cookie", "a=b; " * 50),
    ("X-Forwarded-For", "'; --"),
    ("Content-Type", "application/json"),
    ("Content-Encoding", "gzip"),
    ("X-Long", "v" * _LONG_HEADER),
    ("X-Odd", "tab\there"),
    ("Origin", "null"),
    ("Forwarded", "for=_hidden"),
)

MASKS = (
    "retention_policy.ttl_days",
    "channel_credentials.token",
    "channel_credentials[0]",
    "id",
    "*",
    ",",
    ",,display_name",
    "display_name,",
    "%00",
    "%FF",
    "a" * (_LONG - 1000),
    "display_name%20",
    ".",
    "..",
    "'",
    "display_name.x.y.z",
)
"""Values of an update mask, as they stand in the query: nested, open-ended or not names at all."""

NEARLY_AN_ID = {
    "with a space behind it": "{id} ",
    "with a space before it": " {id}",
    "with a NUL behind it": "{id}\0",
    "that is a pattern of SQL": "%",
    "that is a pattern of a shell": "*",
    "that is a regular expression": ".*",
}
"""Ids that are no app's, though careless look-ups take them for one: trimmed, cut at a NUL, or read as a pattern."""

MEDIA_TYPES = (
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
)
"""What a JSON body is not (SRV-INPUT-9)."""

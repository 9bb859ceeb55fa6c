"""The head of an exported test: its imports, keys and the few helpers that it uses, in plain Python."""

from __future__ import annotations

import re

_SETTINGS = """\
BASE_URL = os.environ["APPS_TARGET"].rstrip("/")
PROJECT = quote(os.environ["APPS_PROJECT"], safe="")
SECRET = os.environ["APPS_KEY_SECRET"]
APPS = f"/v1/projects/{PROJECT}/apps"
"""
_OTHER = """\
# A second project, with a key of its own: APPS_OTHER_PROJECT, APPS_OTHER_KEY_ID, APPS_OTHER_KEY_SECRET.
OTHER_SECRET = os.environ["APPS_OTHER_KEY_SECRET"]
OTHER_APPS = f"/v1/projects/{quote(os.environ['APPS_OTHER_PROJECT'], safe='')}/apps"
"""
_ENCODED = """\
def encoded(text):
    return base64.b64encode(text.encode()).decode()
"""
_OWN = """\
OWN = "Basic " + encoded(os.environ["APPS_KEY_ID"] + ":" + SECRET)
"""
_OTHER_KEY = """\
OTHER = "Basic " + encoded(os.environ["APPS_OTHER_KEY_ID"] + ":" + OTHER_SECRET)
"""
_RUN = """\
RUN = f"regression {uuid.uuid4().hex[:8]}"  # names of apps are not those of an earlier run
"""
_SEND = '''\
SESSION = requests.Session()
SESSION.trust_env = False  # no proxy, and no key of somebody's .netrc
MADE = []


def send(method, path, body=None, *, authorization=OWN, headers=None):
    """Send one request below the base URL and return its answer; a body that is no bytes goes out as JSON."""
    if body is not None and not isinstance(body, bytes):
        try:
            body = json.dumps(body, ensure_ascii=False).encode()
        except UnicodeEncodeError:  # half of a surrogate pair
            body = json.dumps(body).encode()
    media_type = {"Content-Type": "application/json"} if body is not None else {}
    own = {"Accept": "application/json", "Authorization": authorization, **media_type, **(headers or {})}
    given = {name: value for name, value in own.items() if value is not None}
    answer = SESSION.request(method, BASE_URL + path, data=body, headers=given, timeout=20, allow_redirects=False)
    if method == "POST" and answer.status_code // 100 == 2 and b'"id"' in answer.content:
        MADE.append((path.partition("?")[0], answer, authorization))
    return answer


@pytest.fixture(autouse=True)
def _delete_what_was_made():
    yield
    for path, answer, authorization in MADE:
        with contextlib.suppress(Exception):
            send("DELETE", f"{path}/{quote(answer.json()['id'], safe='')}", authorization=authorization)
    MADE.clear()
'''
_SEND_RAW = '''\
PARTS = urlsplit(BASE_URL)
HOST, PREFIX = PARTS.netloc.rpartition("@")[2], PARTS.path


def send_raw(data):
    """Send a message byte for byte, as requests cannot; None when the connection ends, or stays, without an answer."""
    address = (PARTS.hostname, PARTS.port or {"http": 80, "https": 443}[PARTS.scheme])
    with socket.create_connection(address, timeout=5) as connection:
        if PARTS.scheme == "https":
            connection = ssl.create_default_context().wrap_socket(connection, server_hostname=PARTS.hostname)
        connection.sendall(data)
        try:
            read = http.client.HTTPResponse(connection)
            read.begin()
            answer = requests.Response()
            answer.status_code, answer._content = read.status, read.read()
        except (OSError, http.client.HTTPException):
            return None
        answer.headers.update(read.getheaders())
        return answer
'''
_BEARER = '''\
@functools.cache
def token(basic):
    """Exchange a key for a token, once; APPS_TOKEN_URL is the token endpoint, or its path at the target."""
    url = urljoin(BASE_URL + "/", os.environ["APPS_TOKEN_URL"])
    form = {"grant_type": "client_credentials"}
    return "Bearer " + requests.post(url, form, headers={"Authorization": basic}, timeout=20).json()["access_token"]
'''
_MEMBER = '''\
def member(value, *path):
    """Return what stands at a place of a JSON value; None for nothing, which the contract takes for the same."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
'''
_APP_IN = """\
def app_in(listed, app_id):
    return next(app for app in listed.json()["apps"] if app["id"] == app_id)
"""
_IDS_IN = """\
def ids_in(listed):
    return [app["id"] for app in listed.json().get("apps") or []]
"""
_GIST = '''\
def gist(answer, app_id):
    """Return what a refusal tells, without what changes from answer to answer."""
    error = decoded(answer)
    error = error.get("error", error) if isinstance(error, dict) else {}
    message = str(error.get("message", "")).replace(app_id, "…")
    message = re.sub(r"[0-9A-Za-z_-]*\\d[0-9A-Za-z_-]*", "…", message)
    return (answer.status_code, error.get("code"), error.get("status"), message)
'''
_DECODED = '''\
def decoded(answer):
    """Return an answer's body as JSON; None where it is none."""
    try:
        return answer.json()
    except ValueError:
        return None
'''
_AGREES = '''\
def agrees(sent, found):
    """Tell whether an answer shows what was sent, if need be with more beside it."""
    if isinstance(sent, dict) and isinstance(found, dict):
        return all(agrees(value, found.get(name)) for name, value in sent.items())
    if isinstance(sent, list) and isinstance(found, list):
        return len(sent) == len(found) and all(map(agrees, sent, found))
    return sent == found
'''
_HELPERS = {
    "send": _SEND,
    "send_raw": _SEND_RAW,
    "token": _BEARER,
    "member": _MEMBER,
    "app_in": _APP_IN,
    "ids_in": _IDS_IN,
    "decoded": _DECODED,
    "gist": _GIST,
    "agrees": _AGREES,
}
_MODULES = ("base64", "contextlib", "functools", "http.client", "json", "os", "re", "socket", "ssl", "uuid")
_FROM_URLLIB = ("quote", "urljoin", "urlsplit")


def file_head(docstring: str, uses: set[str], body: str) -> list[str]:
    """Return everything above the test: its docstring, imports, settings, and the helpers in ``uses``."""
    uses = uses | ({"decoded"} if "gist" in uses else set())
    if "created_before" in body or "# And it goes on" in body:
        uses = uses | {"send"}
    settings = [
        _SETTINGS + (_OTHER if "other" in uses else ""),
        "",
        _ENCODED,
        "",
        _OWN + (_OTHER_KEY if "other" in uses else ""),
    ]
    settings[-1] += _RUN if re.search(r"\bRUN\b", body) else ""
    helpers = [text for name, text in _HELPERS.items() if name in uses]
    code = "\n".join([*settings, *(part for text in helpers for part in ("", text))]).rstrip()
    imports = [f"import {name}" for name in _MODULES if f"{name}." in code + body]
    wanted = [name for name in _FROM_URLLIB if f"{name}(" in code]
    if "threads" in uses:
        imports.append("from concurrent.futures import ThreadPoolExecutor")
    imports.append(f"from urllib.parse import {', '.join(wanted)}")
    others = (["import pytest"] if "pytest." in code else []) + ["import requests"]
    return [f'"""{docstring}\n"""', "", *imports, "", *others, "", code]

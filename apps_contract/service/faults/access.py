"""Faults of access control (SRV-AUTH): gaps in middleware, careless comparisons, checks that come too late."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from apps_contract.http.authentication import KeyPair
from apps_contract.service.auth import read_basic, split_authorization
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.tools import with_entries
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService

if TYPE_CHECKING:
    from apps_contract.service.faults.tools import Entry
    from apps_contract.service.message import Answer, Call
    from apps_contract.service.store import App

ACCESS = Catalogue()


# SRV-AUTH-1


class _PartlyOpenService(AppsService):
    """Lets some calls in without credentials, as if they came with a key of the project."""

    def authenticate(self, call: Call) -> KeyPair:
        if self.is_open(call) and not call.header_values("authorization"):
            return KeyPair(call.project_id, "", "")
        return super().authenticate(call)

    def is_open(self, call: Call) -> bool:
        """Tell whether the call needs no credentials."""
        raise NotImplementedError


@ACCESS.add("list-open", "SRV-AUTH-1", "List needs no credentials.")
class _ListOpen(_PartlyOpenService):
    def is_open(self, call: Call) -> bool:
        return call.name == "list"


@ACCESS.add("delete-open", "SRV-AUTH-1", "Delete needs no credentials: the table of protected methods lacks it.")
class _DeleteOpen(_PartlyOpenService):
    def is_open(self, call: Call) -> bool:
        return call.name == "delete"


@ACCESS.add(
    "query-opens-update",
    "SRV-AUTH-1",
    "Update with a mask needs no credentials: the pattern of protected URLs does not match one with a query.",
)
class _QueryOpensUpdate(_PartlyOpenService):
    def is_open(self, call: Call) -> bool:
        return call.name == "update" and bool(call.query)


class _ComparingService(AppsService):
    """Compares the secret in its own way."""

    def authenticate_basic(self, credentials: str) -> KeyPair:
        pair = read_basic(credentials)
        key = self.keys.key(pair[0]) if pair else None
        if pair is not None and key is not None and self.matches(key.key_secret, pair[1]):
            return key
        return super().authenticate_basic(credentials)

    def matches(self, secret: str, given: str) -> bool:
        """Tell whether the given text passes for the secret."""
        raise NotImplementedError


@ACCESS.add(
    "secret-prefix-taken", "SRV-AUTH-1", "The beginning of a secret passes for the secret, from its first half on."
)
class _SecretPrefixTaken(_ComparingService):
    def matches(self, secret: str, given: str) -> bool:
        return secret.startswith(given) and len(given) * 2 >= len(secret)


@ACCESS.add("empty-secret-taken", "SRV-AUTH-1", "A known key with an empty secret is let in.")
class _EmptySecretTaken(_ComparingService):
    def matches(self, _secret: str, given: str) -> bool:
        return given == ""


@ACCESS.add(
    "any-known-secret-taken", "SRV-AUTH-1", "The secret of any key fits every key: it is looked up by its hash alone."
)
class _AnyKnownSecretTaken(_ComparingService):
    def matches(self, _secret: str, given: str) -> bool:
        return any(key.key_secret == given for key in self.keys)


@ACCESS.add("any-token-taken", "SRV-AUTH-1", "Any bearer token is let in: its signature is not verified.")
class _AnyTokenTaken(AppsService):
    def authenticate(self, call: Call) -> KeyPair:
        scheme, credentials = split_authorization(call.header_values("authorization"))
        if scheme == "bearer" and credentials and self.tokens.check(credentials) is None:
            return KeyPair(call.project_id, "", "")
        return super().authenticate(call)


@ACCESS.add("unknown-key-403", "SRV-AUTH-1", "An unknown key answers 403 instead of 401.")
class _UnknownKey403(AppsService):
    def authenticate_basic(self, credentials: str) -> KeyPair:
        pair = read_basic(credentials)
        if pair is not None and self.keys.key(pair[0]) is None:
            raise RefusalError(HTTPStatus.FORBIDDEN, "the access key has no access")
        return super().authenticate_basic(credentials)


@ACCESS.add("malformed-header-400", "SRV-AUTH-1", "An Authorization header that cannot be decoded answers 400.")
class _MalformedHeader400(AppsService):
    def authenticate_basic(self, credentials: str) -> KeyPair:
        if read_basic(credentials) is None:
            raise RefusalError(HTTPStatus.BAD_REQUEST, "the Authorization header is malformed")
        return super().authenticate_basic(credentials)


# SRV-AUTH-2


@ACCESS.add("any-key-reads-any-project", "SRV-AUTH-2", "Get and list do not look at which project the key belongs to.")
class _AnyKeyReadsAnyProject(AppsService):
    def authorize(self, key: KeyPair, call: Call) -> None:
        if call.name not in ("get", "list"):
            super().authorize(key, call)


@ACCESS.add("any-key-creates-anywhere", "SRV-AUTH-2", "Create does not look at which project the key belongs to.")
class _AnyKeyCreatesAnywhere(AppsService):
    def authorize(self, key: KeyPair, call: Call) -> None:
        if call.name != "create":
            super().authorize(key, call)


@ACCESS.add(
    "foreign-update-done",
    "SRV-AUTH-2",
    "An update with the key of another project answers 403 after the app was changed.",
)
class _ForeignUpdateDone(AppsService):
    def authorize(self, key: KeyPair, call: Call) -> None:
        if call.name != "update":
            super().authorize(key, call)

    async def serve(self, call: Call) -> Answer:
        answer = await super().serve(call)
        if call.name == "update":
            super().authorize(self.authenticate(call), call)
        return answer


@ACCESS.add("foreign-project-401", "SRV-AUTH-2", "A valid key of another project answers 401, as if it were unknown.")
class _ForeignProject401(AppsService):
    def authorize(self, key: KeyPair, call: Call) -> None:
        if key.project_id != call.project_id:
            raise self.unauthenticated("the access key is unknown here")


@ACCESS.add(
    "foreign-list-empty",
    "SRV-AUTH-2",
    "List of another project answers 200 with no apps: the key filters the rows instead of closing the door.",
)
class _ForeignListEmpty(AppsService):
    def authorize(self, key: KeyPair, call: Call) -> None:
        if call.name != "list":
            super().authorize(key, call)
        elif key.project_id != call.project_id:
            self.scratch["hidden"] = True

    def visible_apps(self, project_id: str) -> list[App]:
        return [] if self.scratch.pop("hidden", False) else super().visible_apps(project_id)


@ACCESS.add(
    "foreign-delete-200",
    "SRV-AUTH-2",
    "Delete with the key of another project removes the app: ownership is checked on reading and changing only.",
)
class _ForeignDelete200(AppsService):
    def authorize(self, key: KeyPair, call: Call) -> None:
        if call.name != "delete":
            super().authorize(key, call)


# SRV-AUTH-3


@ACCESS.add(
    "body-read-before-auth", "SRV-AUTH-3", "A body that is not JSON answers 400 before anyone asks who sent it."
)
class _BodyReadBeforeAuth(AppsService):
    def authenticate(self, call: Call) -> KeyPair:
        if call.name in ("create", "update"):
            self.parse_body(call)
        return super().authenticate(call)


@ACCESS.add(
    "schema-checked-before-auth", "SRV-AUTH-3", "An update that breaks its schema answers 400 without credentials."
)
class _SchemaCheckedBeforeAuth(AppsService):
    def authenticate(self, call: Call) -> KeyPair:
        if call.name == "update":
            self.check_body(self.parse_body(call), call)
        return super().authenticate(call)


# SRV-AUTH-4


def _is_bearer(call: Call) -> bool:
    return split_authorization(call.header_values("authorization"))[0] == "bearer"


@ACCESS.add("bearer-reads-only", "SRV-AUTH-4", "A token is good for get and list; all else answers 403.")
class _BearerReadsOnly(AppsService):
    def authorize(self, key: KeyPair, call: Call) -> None:
        super().authorize(key, call)
        if _is_bearer(call) and call.name not in ("get", "list"):
            raise RefusalError(HTTPStatus.FORBIDDEN, "the token's scope does not cover this")


@ACCESS.add("bearer-delete-401", "SRV-AUTH-4", "Delete knows Basic only: a token answers 401.")
class _BearerDelete401(AppsService):
    def authenticate_bearer(self, token: str) -> KeyPair:
        return super().authenticate_bearer(token)

    def authorize(self, key: KeyPair, call: Call) -> None:
        super().authorize(key, call)
        if _is_bearer(call) and call.name == "delete":
            raise self.unauthenticated("Basic credentials are needed")


@ACCESS.add("token-used-once", "SRV-AUTH-4", "A token is good for one call: the next one with it answers 401.")
class _TokenUsedOnce(AppsService):
    def authenticate_bearer(self, token: str) -> KeyPair:
        key = super().authenticate_bearer(token)
        if self.scratch.count(token) > 1:
            raise self.unauthenticated("the access token was used already")
        return key


@ACCESS.add("bearer-lists-own-only", "SRV-AUTH-4", "With a token, list shows only the apps that were created with one.")
class _BearerListsOwnOnly(AppsService):
    async def create_app(self, call: Call) -> Answer:
        answer = await super().create_app(call)
        if _is_bearer(call):
            self.scratch.setdefault("made", set()).add(answer.payload["id"])
        return answer

    def answer_list(self, apps: list[App], call: Call) -> Answer:
        made = self.scratch.get("made", set())
        return super().answer_list([app for app in apps if app["id"] in made] if _is_bearer(call) else apps, call)


@ACCESS.add("bearer-hides-callback-secret", "SRV-AUTH-4", "With a token, get leaves callback_secret out.")
class _BearerHidesCallbackSecret(AppsService):
    async def get_app(self, call: Call) -> Answer:
        def stripped(entry: Entry) -> Entry:
            return {name: value for name, value in entry.items() if name != "callback_secret"}

        app = self.find_app(call)
        return self.answer_app(with_entries(app, stripped) if _is_bearer(call) else app, call)


# SRV-AUTH-5


@ACCESS.add("401-without-challenge", "SRV-AUTH-5", "A 401 has no WWW-Authenticate.")
class _NoChallenge(AppsService):
    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        answer = super().render_error(refusal, call)
        return replace(answer, headers=tuple(header for header in answer.headers if header[0] != "www-authenticate"))


@ACCESS.add("bad-token-without-challenge", "SRV-AUTH-5", "The 401 to a bad token has no WWW-Authenticate, others have.")
class _BadTokenWithoutChallenge(AppsService):
    def authenticate_bearer(self, token: str) -> KeyPair:
        try:
            return super().authenticate_bearer(token)
        except RefusalError as refusal:
            raise RefusalError(refusal.status, refusal.message) from None


# SRV-AUTH-6


class _LeakingService(AppsService):
    """Answers a key of another project differently when the app exists there."""

    def authorize(self, key: KeyPair, call: Call) -> None:
        try:
            super().authorize(key, call)
        except RefusalError as refusal:
            if not call.app_id or self.store.get(call.project_id, call.app_id) is not None:
                raise
            raise self.told(refusal, call) from None

    def told(self, refusal: RefusalError, call: Call) -> RefusalError:
        """Return the refusal about an app that does not exist."""
        raise NotImplementedError


@ACCESS.add(
    "existence-told-by-status", "SRV-AUTH-6", "Another project's key gets 403 for an app that exists, else 404."
)
class _ExistenceToldByStatus(_LeakingService):
    def told(self, _refusal: RefusalError, call: Call) -> RefusalError:
        return self.missing_app(call)


@ACCESS.add(
    "existence-told-on-delete",
    "SRV-AUTH-6",
    "Delete with another project's key tells in the error's message, not its status, whether the app exists.",
)
class _ExistenceToldOnDelete(_LeakingService):
    def told(self, refusal: RefusalError, call: Call) -> RefusalError:
        if call.name != "delete":
            return refusal
        return RefusalError(refusal.status, "no such app, and the access key does not belong to this project")


@ACCESS.add(
    "secret-cut-at-colon",
    "SRV-AUTH-1",
    "The decoded Basic credentials are split at every colon: whatever follows a second one is not looked at.",
)
class _SecretCutAtColon(AppsService):
    def authenticate_basic(self, credentials: str) -> KeyPair:
        key_id, secret = read_basic(credentials) or ("", "")
        return self.keys.check(key_id, secret.partition(":")[0]) or super().authenticate_basic(credentials)


@ACCESS.add("key-id-as-token", "SRV-AUTH-1", "A key's id passes for a token: the table of tokens was filled with keys.")
class _KeyIdAsToken(AppsService):
    def authenticate_bearer(self, token: str) -> KeyPair:
        return self.keys.key(token) or super().authenticate_bearer(token)


@ACCESS.add(
    "app-looked-up-before-the-key",
    "SRV-AUTH-1",
    "Delete looks for the app before it asks who is calling: a stranger's delete of an unknown app answers 404.",
)
class _AppLookedUpBeforeTheKey(AppsService):
    async def serve(self, call: Call) -> Answer:
        if call.operation is not None and call.name == "delete" and call.header("authorization") is None:
            self.find_app(call)
        return await super().serve(call)


@ACCESS.add(
    "bearer-mask-401",
    "SRV-AUTH-4",
    "An update with a mask knows Basic only: the rule that takes tokens matches paths without a query.",
)
class _BearerMask401(AppsService):
    def authenticate(self, call: Call) -> KeyPair:
        key = super().authenticate(call)
        scheme, _ = split_authorization(call.header_values("authorization"))
        if scheme == "bearer" and call.query and call.name == "update":
            raise self.unauthenticated("no token is taken here")
        return key

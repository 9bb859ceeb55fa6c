"""Faults in error answers (SRV-SHAPE-3, 4, 5, 7): frameworks' own pages, careless messages, debug left on."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level
from apps_contract.service.body import BodyError, read_json
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.message import Answer
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService, Mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.contract import Violation
    from apps_contract.http.authentication import KeyPair
    from apps_contract.service.message import Call

ERRORS = Catalogue()

_GRPC_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 429: 8}


# SRV-SHAPE-3


@ERRORS.add("html-404", "SRV-SHAPE-3", "A missing app is answered with the web server's HTML page.")
class _Html404(AppsService):
    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        if refusal.status != HTTPStatus.NOT_FOUND or not call.app_id:
            return super().render_error(refusal, call)
        return Answer(refusal.status, b"<html><h1>404 Not Found</h1></html>", (("content-type", "text/html"),))


@ERRORS.add("text-401", "SRV-SHAPE-3", "The authentication layer answers 401 with plain text, unlike the service.")
class _Text401(AppsService):
    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        if refusal.status != HTTPStatus.UNAUTHORIZED:
            return super().render_error(refusal, call)
        return Answer(refusal.status, b"Unauthorized", (("content-type", "text/plain"), *refusal.headers))


@ERRORS.add(
    "validation-detail-list",
    "SRV-SHAPE-3",
    "A body that breaks its schema is answered with the framework's own {detail: [...]}, all other errors with Error.",
)
class _ValidationDetailList(AppsService):
    def invalid_body(self, found: Sequence[Violation]) -> RefusalError:
        self.scratch["detail"] = [{"loc": list(each.location), "type": each.rule} for each in found]
        return super().invalid_body(found)

    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        if not refusal.details:
            return super().render_error(refusal, call)
        return self.to_json(refusal.status, {"detail": self.scratch["detail"]})


@ERRORS.add("code-as-text", "SRV-SHAPE-3", 'The code of an error is a text: "404".', also=("SRV-SHAPE-4",))
class _CodeAsText(AppsService):
    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        answer = super().render_error(refusal, call)
        return self.to_json(answer.status, {**answer.payload, "code": str(answer.status)}, refusal.headers)


@ERRORS.add("empty-403", "SRV-SHAPE-3", "A key of another project gets a 403 without a body.")
class _Empty403(AppsService):
    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        answer = super().render_error(refusal, call)
        return Answer(answer.status) if answer.status == HTTPStatus.FORBIDDEN else answer


@ERRORS.add(
    "mask-error-details-object",
    "SRV-SHAPE-3",
    "An error about the update mask has an object as details, where all others have an array.",
)
class _MaskErrorDetailsObject(AppsService):
    def parse_mask(self, call: Call) -> Mask:
        try:
            return super().parse_mask(call)
        except RefusalError as refusal:
            raise RefusalError(refusal.status, refusal.message, details=[{"field": "update_mask"}]) from None

    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        answer = super().render_error(refusal, call)
        if {"field": "update_mask"} not in refusal.details:
            return answer
        return self.to_json(answer.status, {**answer.payload, "details": {"field": "update_mask"}})


@ERRORS.add("error-status-left-out", "SRV-SHAPE-3", "Errors of delete have no status word.")
class _ErrorStatusLeftOut(AppsService):
    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        answer = super().render_error(refusal, call)
        if call.name != "delete":
            return answer
        payload = {name: value for name, value in answer.payload.items() if name != "status"}
        return self.to_json(answer.status, payload, refusal.headers)


@ERRORS.add("error-labelled-html", "SRV-SHAPE-3", "Error answers are JSON labelled as text/html.", level=Level.SHOULD)
class _ErrorLabelledHtml(AppsService):
    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        answer = super().render_error(refusal, call)
        return replace(answer, headers=(("content-type", "text/html"), *refusal.headers))


# SRV-SHAPE-4


@ERRORS.add("grpc-code", "SRV-SHAPE-4", "The code of an error is the gRPC code: 5 for a missing app, 3 for a bad body.")
class _GrpcCode(AppsService):
    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        answer = super().render_error(refusal, call)
        code = _GRPC_CODES.get(answer.status, 2)
        return self.to_json(answer.status, {**answer.payload, "code": code}, refusal.headers)


@ERRORS.add("code-500-on-401", "SRV-SHAPE-4", "A 401 says code 500 in its body: the authentication layer's default.")
class _Code500On401(AppsService):
    def render_error(self, refusal: RefusalError, call: Call) -> Answer:
        answer = super().render_error(refusal, call)
        if answer.status != HTTPStatus.UNAUTHORIZED:
            return answer
        return self.to_json(answer.status, {**answer.payload, "code": 500}, refusal.headers)


# SRV-SHAPE-5


@ERRORS.add("refused-body-echoed", "SRV-SHAPE-5", "A body that breaks its schema is shown in the details of the error.")
class _RefusedBodyEchoed(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        try:
            return super().check_body(body, call)
        except RefusalError as refusal:
            raise RefusalError(refusal.status, refusal.message, details=[{"input": body}]) from None


@ERRORS.add("unknown-key-echoed", "SRV-SHAPE-5", "A 401 repeats the Authorization header that it could not accept.")
class _UnknownKeyEchoed(AppsService):
    def authenticate(self, call: Call) -> KeyPair:
        try:
            return super().authenticate(call)
        except RefusalError as refusal:
            given = ", ".join(call.header_values("authorization"))
            raise RefusalError(refusal.status, f"not accepted: {given}", headers=refusal.headers) from None


@ERRORS.add(
    "long-callback-secret-echoed",
    "SRV-SHAPE-5",
    "The error about a callback_secret that is too long quotes it.",
)
class _LongCallbackSecretEchoed(AppsService):
    def invalid_body(self, found: Sequence[Violation]) -> RefusalError:
        first = found[0]
        if first.location[-1] == "callback_secret" and first.rule == "maxLength":
            return RefusalError(400, f"{first.path}: '{first.found}' is too long")
        return super().invalid_body(found)


@ERRORS.add(
    "syntax-error-excerpt",
    "SRV-SHAPE-5",
    "The error about a body that is not JSON shows the text before the place where reading stopped.",
)
class _SyntaxErrorExcerpt(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        try:
            json.loads(call.body or b"")
        except json.JSONDecodeError as error:
            raise RefusalError(400, f"not JSON near: {error.doc[max(0, error.pos - 200) : error.pos]}") from None
        except ValueError:
            pass
        return super().parse_body(call)


# SRV-SHAPE-7


@ERRORS.add("stack-trace-on-bad-json", "SRV-SHAPE-7", "The error about a body that is not JSON carries a stack trace.")
class _StackTraceOnBadJson(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        try:
            read_json(call.body or b"")
        except BodyError as error:
            trace = 'Traceback (most recent call last):\n  File "/srv/apps/handlers.py", line 114, in create\n'
            raise RefusalError(400, str(error), details=[{"debug": f"{trace}json.decoder.JSONDecodeError"}]) from None
        return super().parse_body(call)


@ERRORS.add("sql-in-404", "SRV-SHAPE-7", "The error about a missing app holds the SQL statement that found nothing.")
class _SqlIn404(AppsService):
    def missing_app(self, call: Call) -> RefusalError:
        refusal = super().missing_app(call)
        query = "SELECT id, document FROM apps WHERE project = $1 AND id = $2"
        return RefusalError(refusal.status, f"no rows in result set: {query}")


@ERRORS.add(
    "source-path-in-mask-error",
    "SRV-SHAPE-7",
    "The error about an unknown field in the update mask names the source file and line that raised it.",
)
class _SourcePathInMaskError(AppsService):
    def parse_mask(self, call: Call) -> Mask:
        try:
            return super().parse_mask(call)
        except RefusalError as refusal:
            message = f"{refusal.message} at com.example.apps.FieldMasks.merge(FieldMasks.java:87)"
            raise RefusalError(refusal.status, message) from None

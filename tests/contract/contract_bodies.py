"""Small bodies that the tests of this room start from, written by hand after contract section 4."""

from __future__ import annotations

from typing import Any

# One complete credentials object for each member of the table in section 4.3.
CREDENTIALS: dict[str, dict[str, Any]] = {
    "static_bearer": {"claimed_identity": "identity", "token": "token"},
    "static_token": {"token": "token"},
    "mms_credentials": {
        "account_id": "account",
        "api_key": "key",
        "basic_auth": {"username": "user", "password": "password"},
    },
    "instagram_credentials": {"token": "token", "business_account_id": "account"},
    "telegram_credentials": {"token": "token"},
    "kakaotalk_credentials": {"kakaotalk_plus_friend_id": "friend", "kakaotalk_sender_key": "key"},
    "line_credentials": {"token": "token", "secret": "secret"},
    "line_enterprise_credentials": {"line_japan": {"token": "token", "secret": "secret"}},
    "wechat_credentials": {"app_id": "app", "app_secret": "secret", "token": "token", "aes_key": "key"},
    "kakaotalkchat_credentials": {"kakaotalk_plus_friend_id": "friend", "api_key": "key"},
    "applebc_credentials": {
        "business_chat_account_id": "account",
        "merchant_id": "merchant",
        "apple_pay_certificate_reference": "reference",
        "apple_pay_certificate_password": "password",
    },
}


def entry(channel: str = "MESSENGER", member: str = "static_token", **more: Any) -> dict[str, Any]:
    """Return an entry of ``channel_credentials``."""
    return {"channel": channel, member: CREDENTIALS[member], **more}


def line(**more: Any) -> dict[str, Any]:
    """Return a LINE entry."""
    return entry("LINE", "line_credentials", **more)


def create(**members: Any) -> dict[str, Any]:
    """Return the body of a create."""
    return {"display_name": "name", "channel_credentials": [entry()], **members}


def app(**members: Any) -> dict[str, Any]:
    """Return an app as a server answers it."""
    return {"id": "1", "display_name": "name", "channel_credentials": [entry()], **members}


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the body without some members."""
    return {name: value for name, value in body.items() if name not in names}

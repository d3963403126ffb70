"""How a text message leaves the house: to a gateway by signed HTTP, or, in the demo only, to the server's console."""

from __future__ import annotations

import hmac
import json
import logging
import time
import urllib.error
import urllib.request
from typing import Protocol
from uuid import uuid4

from django.conf import settings

from yiwang.kernel.refusal import Refusal

TIMEOUT = 5  # seconds
log = logging.getLogger(__name__)


class NotSent(Refusal):
    """The message did not leave; nothing the citizen did."""

    code = "message-not-sent"


class Gateway(Protocol):
    def send(self, *, phone: str, text: str, number: str = "") -> None:
        """Send one message, or refuse with ``NotSent``. The same ``number`` again is the same message."""


class Console:
    """Prints the message where the server runs. Only in the demo: a log is no place for codes."""

    def send(self, *, phone: str, text: str, number: str = "") -> None:
        log.warning("[演示短信] %s****%s %s", phone[:3], phone[-4:], text)


class Webhook:
    """Posts JSON ``{"id", "phone", "text"}`` to the county's SMS gateway.

    Headers ``X-Yiwang-Timestamp`` (Unix seconds) and ``X-Yiwang-Signature`` (hex HMAC-SM3 under the shared key over
    ``timestamp + "." + body``) let the receiver refuse strangers and replays; ``id`` is the same whenever a message is
    tried again. Any 2xx answer is success.
    """

    def __init__(self, address: str, key: str) -> None:
        self.address, self.key = address, key.encode()

    def send(self, *, phone: str, text: str, number: str = "") -> None:
        body = json.dumps({"id": number or uuid4().hex, "phone": phone, "text": text}, ensure_ascii=False).encode()
        moment = str(int(time.time()))  # the receiver compares it with its own clock, so never the fixed demo day
        signature = hmac.new(self.key, moment.encode() + b"." + body, "sm3").hexdigest()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Yiwang-Timestamp": moment,
            "X-Yiwang-Signature": signature,
        }
        request = urllib.request.Request(self.address, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT):
                return
        except OSError as error:  # URLError and TimeoutError are OSErrors; an HTTPError also holds the answer's socket
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            log.error("sms gateway failed: %s", error)
            raise NotSent("短信发送失败，请稍后再试，或者到窗口办理。") from None


def chosen() -> Gateway:
    """The gateway the settings name; without one, only the demo has a gateway at all."""
    if settings.SMS_GATEWAY:
        if not settings.SMS_GATEWAY.startswith(("https://", "http://")) or not settings.SMS_KEY:
            raise NotSent("短信网关配置不完整（须有网址和签名密钥），请联系系统管理员。", code="gateway-misconfigured")
        return Webhook(settings.SMS_GATEWAY, settings.SMS_KEY)
    if settings.DEMO:
        return Console()
    raise NotSent("短信服务尚未接通，请到窗口凭身份证开通账号，或者拨打12345。", code="no-gateway")

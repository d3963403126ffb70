"""How a text message leaves the house: to a gateway by signed HTTP, or, in the demo only, to the server's console."""

from __future__ import annotations

import hmac
import json
import logging
import os
import time
import urllib.error
import urllib.request
from typing import Protocol
from uuid import uuid4

from django.conf import settings

from yiwang.kernel.refusal import Refusal

TIMEOUT = 5  # seconds
TICKET_SECONDS = 1800  # a link out of WeChat: long enough to log in on the way
DEMO_KEY = "demonstration"
log = logging.getLogger(__name__)


class NotSent(Refusal):
    """The message did not leave; nothing the citizen did."""

    code = "message-not-sent"


class StaleTicket(Refusal):
    """A binding link that the county's WeChat service did not sign, or signed too long ago."""

    code = "wechat-ticket"


class Gateway(Protocol):
    def send(self, *, phone: str = "", openid: str = "", text: str, number: str = "") -> None:
        """Send one message to a telephone or a WeChat follower, or refuse with ``NotSent``. The same ``number`` again is
        the same message."""


class Console:
    """Prints the message where the server runs. Only in the demo: a log is no place for codes."""

    def send(self, *, phone: str = "", openid: str = "", text: str, number: str = "") -> None:
        if openid:
            log.warning("[演示微信] %s*** %s", openid[:4], text)
        else:
            log.warning("[演示短信] %s****%s %s", phone[:3], phone[-4:], text)


class Webhook:
    """Posts JSON ``{"id", "phone", "text"}`` to the county's SMS gateway, ``{"id", "openid", "text"}`` to its WeChat one.

    Headers ``X-Yiwang-Timestamp`` (Unix seconds) and ``X-Yiwang-Signature`` (hex HMAC-SM3 under the shared key over
    ``timestamp + "." + body``) let the receiver refuse strangers and replays; ``id`` is the same whenever a message is
    tried again. Any 2xx answer is success.
    """

    def __init__(self, address: str, key: str) -> None:
        self.address, self.key = address, key.encode()

    def send(self, *, phone: str = "", openid: str = "", text: str, number: str = "") -> None:
        whom = {"openid": openid} if openid else {"phone": phone}
        body = json.dumps({"id": number or uuid4().hex, **whom, "text": text}, ensure_ascii=False).encode()
        moment = str(int(time.time()))  # the receiver compares it with its own clock, so never the fixed demo day
        signature = signed(self.key, moment, body)
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
            log.error("message gateway failed: %s", error)
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


def wechat() -> Gateway:
    """The county's WeChat service; without one, only the demo has any."""
    gateway, key = os.environ.get("YW_WECHAT_GATEWAY", ""), os.environ.get("YW_WECHAT_KEY", "")
    if gateway.startswith(("https://", "http://")) and key:
        return Webhook(gateway, key)
    if settings.DEMO and not gateway:
        return Console()
    raise NotSent("微信消息网关没有配置（须有网址和签名密钥）。", code="gateway-misconfigured")


def wechat_key() -> bytes:
    """The key shared with the county's WeChat service; empty where there is none."""
    return (os.environ.get("YW_WECHAT_KEY", "") or (DEMO_KEY if settings.DEMO else "")).encode()


def signed(key: bytes, moment: str, body: bytes) -> str:
    """Hex HMAC-SM3 over ``moment + "." + body``, what both sides of a gateway send."""
    return hmac.new(key, moment.encode() + b"." + body, "sm3").hexdigest()


def ticket(openid: str) -> dict[str, str]:
    """The query of a binding link, as the county's WeChat service makes it for a follower who asks for one."""
    moment = str(int(time.time()))
    return {"openid": openid, "moment": moment, "signature": signed(wechat_key(), moment, openid.encode())}


def refuse_stale_ticket(*, openid: str, moment: str, signature: str) -> None:
    """A follower's identifier counts only as the WeChat service itself signed it, within half an hour: nobody binds the
    messages of a case to somebody else's WeChat by typing an address."""
    key = wechat_key()
    good = bool(key) and hmac.compare_digest(signed(key, moment, openid.encode()).encode(), signature.encode())
    if not good or not (moment.isascii() and moment.isdigit()) or abs(time.time() - int(moment[:12])) > TICKET_SECONDS:
        raise StaleTicket("绑定链接无效或者已过期，请回到微信里的县政务服务公众号，从菜单重新打开。")

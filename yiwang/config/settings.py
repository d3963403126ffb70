"""Settings. Everything a county changes comes from the environment; ``docs/how-to/settings.md`` lists it."""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("YW_VAR", ROOT / "var"))
PACKS = [ROOT / "packs" / name for name in os.environ.get("YW_PACKS", "national,demo-county").split(",")]


def database(url: str, role: str = "") -> dict[str, Any]:
    """Django's database entry for a PostgreSQL URL (``postgresql://user:password@host:port/name?host=/socket``).

    With ``role`` the connection acts as that database role, of which the URL's user must be a member.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("DATABASE_URL 须以 postgresql:// 开头：本系统只使用 PostgreSQL")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or parts.hostname or ""
    if role and unquote(parts.username or "") != role:
        query["options"] = f"{query.get('options', '')} -c role={role}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "yiwang",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 1, **query},
        "TEST": {"NAME": os.environ.get("YW_TEST_DATABASE")},
    }


def _secret_key() -> str:
    """One per installation, made at first use, kept with the installation's own files."""
    if given := os.environ.get("YW_SECRET_KEY"):
        return given
    kept = VAR / "keys" / "django-secret"
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.write_text(secrets.token_urlsafe(48))
        kept.chmod(0o600)
    return kept.read_text()


def _database_url() -> str:
    if given := os.environ.get("DATABASE_URL"):
        return given
    from yiwang.config.postgres import SUPERUSER, server

    return server(VAR / "pg").url(user=DB_ROLE or SUPERUSER)


DB_ROLE = os.environ.get("YW_DB_ROLE", "")  # yw_app for pages, yw_system for the worker, empty for who administers
SECRET_KEY = _secret_key()
DEBUG = os.environ.get("YW_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("YW_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("YW_ORIGINS", "").split(",") if o]
SITE_URL = (
    os.environ.get("YW_SITE_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
)  # printed into QR codes
TODAY = date.fromisoformat(os.environ["YW_TODAY"]) if os.environ.get("YW_TODAY") else None
DEMO = os.environ.get("YW_DEMO") == "1"  # labelled demo helpers, such as the page that shows SMS codes

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "yiwang.web",
    "yiwang.foundation.identifiers",
    "yiwang.foundation.packs",
    "yiwang.foundation.calendar",
    "yiwang.foundation.ledger",
    "yiwang.foundation.organs",
    "yiwang.foundation.people",
    "yiwang.foundation.seals",
    "yiwang.foundation.files",
    "yiwang.foundation.letters",
    "yiwang.matters",
    "yiwang.services.catalogue",
    "yiwang.services.certificates",
    "yiwang.services.cases",
    "yiwang.services.themes",
    "yiwang.services.relay",
    "yiwang.services.automatic",
    "yiwang.services.ratings",
    "yiwang.services.readings",
    "yiwang.services.assistance",
    "yiwang.governance.supervision",
    "yiwang.governance.hotline",
    "yiwang.governance.hotline.similar",
    "yiwang.governance.hotline.duty",
    "yiwang.governance.hotline.replies",
    "yiwang.governance.inspections",
    "yiwang.governance.meetings",
    "yiwang.governance.petitions",
    "yiwang.insight.checker",
    "yiwang.insight.facts",
    "yiwang.insight.indicators",
    "yiwang.insight.reports",
    "yiwang.insight.assessments",
    "yiwang.insight.whatif",
    "yiwang.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yiwang.config.viewer.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yiwang.foundation.organs.middleware.AccountGate",
    "yiwang.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yiwang.config.urls"
WSGI_APPLICATION = "yiwang.config.wsgi.application"
FORM_RENDERER = "yiwang.web.faults.Renderer"  # a refused field says its own name
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "yiwang.web.context.shell",
            ],
            "builtins": ["yiwang.web.templatetags.ui"],
        },
    }
]

DATABASES = {"default": database(_database_url(), DB_ROLE)}
CACHES = {
    # Limits on tries must be one count for all web processes; what is only quick to ask again may be each one's own.
    "default": {
        "BACKEND": "yiwang.web.caching.SharedCache",
        "LOCATION": VAR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organs.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it locks before a password is looked at
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "/accounts/login/"
CSRF_FAILURE_VIEW = "yiwang.web.views.forbidden"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # uploads go to foundation.files, never here
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG or os.environ.get("YW_PLAIN_STATIC") == "1":
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# As they lie: each is looked for when asked for, not all of them listed whenever the middleware is made.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or os.environ.get("YW_PLAIN_STATIC") == "1"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if os.environ.get("YW_HTTPS") == "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# A program on the clerk's own machine that answers for a device (docs/how-to/devices.md), or "simulated".
CARD_READER = os.environ.get("YW_CARD_READER", "simulated" if DEMO else "")
SCANNER = os.environ.get("YW_SCANNER", "simulated" if DEMO else "")
PRINTER = os.environ.get("YW_PRINTER", "simulated" if DEMO else "")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "connect-src": ["'self'", *(one for one in (CARD_READER, SCANNER, PRINTER) if one.startswith("http"))],
        "img-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on does not lengthen the wait the page has named
AXES_LOCKOUT_CALLABLE = "yiwang.foundation.organs.lockout.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

ACCOUNT_ADAPTER = "yiwang.foundation.organs.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts have no e-mail
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
MFA_ADAPTER = "yiwang.foundation.organs.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "一网"
MFA_TOTP_TOLERANCE = 1  # half a minute either way: the clocks of phones and servers differ
MFA_ALLOW_UNVERIFIED_EMAIL = True
FONTS = os.environ.get("YW_FONTS", "")  # a folder with the county's own font for rare characters
SMS_GATEWAY = os.environ.get("YW_SMS_GATEWAY", "")  # https://… of the county's gateway; empty: only the demo has one
SMS_KEY = os.environ.get("YW_SMS_KEY", "")
SWITCHBOARD = os.environ.get("YW_SWITCHBOARD", "")  # https://… of the county's telephone system (12345)
SWITCHBOARD_KEY = os.environ.get("YW_SWITCHBOARD_KEY", "demonstration" if DEMO else "")
SWITCHBOARD_NAME = os.environ.get("YW_SWITCHBOARD_NAME", "电话系统")[:40]  # as its calls name their source
SEAL_CUSTODY = os.environ.get("YW_SEAL_CUSTODY", "software")  # a name in foundation/seals/custody.py
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SILENCED_SYSTEM_CHECKS: list[str] = []

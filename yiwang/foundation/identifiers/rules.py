"""Checks of identifiers. Each answers the normalised text, or refuses with ``BadIdentifier`` naming the rule broken.

Pure: a check that depends on the day takes it as ``on``. Full-width characters and blanks inside are forgiven,
because that is how people type them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from yiwang.kernel.refusal import Refusal

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, Z, S, V
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"
BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PROVINCES = frozenset(
    str(number)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for number in range(first, last + 1)
)
CERTIFICATE_ROOT = "1.2.156.3005.2"
ITEM_TYPES = {
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}
INVENTED_DIVISION = "449931"  # no such county: numbers under it can belong to nobody


class BadIdentifier(Refusal):
    """An identifier that cannot be right; ``code`` says which rule it breaks."""

    code = "bad-identifier"


def normal(text: str) -> str:
    """Half-width, upper case, without blanks and invisible characters."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in narrow if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"})


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


# -- 统一社会信用代码 GB 32100-2015 --------------------------------------------------------------------------------


def uscc_check_character(first17: str) -> str:
    """The eighteenth character over the first seventeen."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def check_uscc(text: str, *, field: str = "uscc") -> str:
    """A 统一社会信用代码: 18 characters of its alphabet, six digits of division, fitting check character.

    The first character may be a letter (农业农村 N, 其他 Y and others): it is not held to a list.
    """
    code = normal(text)
    if len(code) != 18:
        says = f"统一社会信用代码应为 18 位，实为 {len(code)} 位。"
        raise BadIdentifier(says, code="uscc-length", field=field)
    if strange := [c for c in code if c not in USCC_ALPHABET]:
        says = f"统一社会信用代码不使用字符 {'、'.join(dict.fromkeys(strange))}（不含 I、O、Z、S、V）。"
        raise BadIdentifier(says, code="uscc-character", field=field)
    if not _digits(code[2:8]):
        raise BadIdentifier("统一社会信用代码第 3 至 8 位应为行政区划数字。", code="uscc-division", field=field)
    if code[17] != uscc_check_character(code[:17]):
        says = "统一社会信用代码的校验位不符，请逐位核对。"
        raise BadIdentifier(says, code="uscc-check", article="GB 32100—2015", field=field)
    return code


# -- 公民身份号码 GB 11643-1999 ------------------------------------------------------------------------------------


def id_check_character(first17: str) -> str:
    """The eighteenth character over the first seventeen digits."""
    return ID_CHECK[sum(int(c) * w for c, w in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def birthday(id_number: str) -> date:
    """The day of birth a checked number carries."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def sex(id_number: str) -> str:
    """``男`` or ``女``: an odd seventeenth digit is male."""
    return "男" if int(id_number[16]) % 2 else "女"


def check_id_number(text: str, *, on: date | None = None, field: str = "id_number") -> str:
    """A 公民身份号码: province, a real day of birth from 1900 on (not after ``on``), check character."""
    number = normal(text)
    if len(number) == 15 and _digits(number):
        says = "这是 15 位的旧号码，请填写 18 位公民身份号码。"
        raise BadIdentifier(says, code="id-number-old", field=field)
    if len(number) != 18:
        says = f"公民身份号码应为 18 位，实为 {len(number)} 位。"
        raise BadIdentifier(says, code="id-number-length", field=field)
    if not _digits(number[:17]) or not (_digits(number[17]) or number[17] == "X"):
        says = "公民身份号码前 17 位应为数字，末位为数字或 X。"
        raise BadIdentifier(says, code="id-number-character", field=field)
    if number[:2] not in PROVINCES:
        says = f"公民身份号码前两位 {number[:2]} 不是省级区划代码。"
        raise BadIdentifier(says, code="id-number-division", field=field)
    try:
        born = birthday(number)
    except ValueError:
        says = f"公民身份号码中的出生日期 {number[6:14]} 不存在。"
        raise BadIdentifier(says, code="id-number-birthday", field=field) from None
    if born.year < 1900 or (on is not None and born > on):
        says = f"公民身份号码中的出生日期 {number[6:14]} 不合理。"
        raise BadIdentifier(says, code="id-number-birthday", field=field)
    if number[17] != id_check_character(number[:17]):
        says = "公民身份号码的校验位不符，请逐位核对。"
        raise BadIdentifier(says, code="id-number-check", article="GB 11643—1999", field=field)
    return number


def is_invented(number: str) -> bool:
    """True for an ID number or USCC under the invented county: for demonstration and tests, belonging to nobody."""
    return INVENTED_DIVISION in {number[:6], number[2:8]}


# -- 行政区划、电话 ------------------------------------------------------------------------------------------------


def check_division_code(text: str, *, length: int = 12, field: str = "division_code") -> str:
    """A division code of 6 (县), 9 (镇) or 12 (村) digits beginning with a province."""
    code = normal(text)
    if len(code) != length or not _digits(code):
        raise BadIdentifier(f"行政区划代码应为 {length} 位数字。", code="division-length", field=field)
    if code[:2] not in PROVINCES:
        says = f"行政区划代码前两位 {code[:2]} 不是省级区划代码。"
        raise BadIdentifier(says, code="division-province", field=field)
    return code


def check_phone(text: str, *, mobile: bool = False, field: str = "phone") -> str:
    """A mobile number (11 digits) or, unless ``mobile``, a landline with area code, as ``0762-3388123``."""
    number = re.sub(r"[-‐–—()（）]", "", normal(text))
    number = re.sub(r"^(\+|00)86", "", number)
    if re.fullmatch(r"1[3-9][0-9]{9}", number):
        return number
    if mobile:
        raise BadIdentifier("手机号码应为 11 位数字，以 13 至 19 开头。", code="phone-mobile", field=field)
    landline = re.fullmatch(r"(010|02[0-9]|0[3-9][0-9]{2})([2-8][0-9]{6,7})", number)
    if landline is None:
        says = "电话应为 11 位手机号码，或带区号的固定电话，如 0762-3388123。"
        raise BadIdentifier(says, code="phone", field=field)
    return "-".join(landline.groups())


# -- 电子证照标识 GB/T 36904-2018 ----------------------------------------------------------------------------------


def check_character(text: str) -> str:
    """ISO 7064 MOD 37,36 over digits and capitals."""
    product = 36
    for character in text:
        product = (product + BASE36.index(character)) % 36 or 36
        product = product * 2 % 37
    return BASE36[(37 - product) % 36]


@dataclass(frozen=True, slots=True)
class CertificateIdentifier:
    """The parts of a 电子证照标识. ``check_fits`` is false for some met in practice: a warning on import."""

    type_code: str
    issuer: str
    serial: str
    version: str
    check: str
    check_fits: bool

    def __str__(self) -> str:
        parts = (CERTIFICATE_ROOT, self.type_code, self.issuer, self.serial, self.version, self.check)
        return ".".join(parts)


def certificate_identifier(text: str, *, field: str = "certificate_identifier") -> CertificateIdentifier:
    """Take a 电子证照标识 apart; refuses a wrong shape, but only marks a check character that does not fit."""
    shape = r"([0-9A-Z]{21})\.([0-9A-Z]{6}|[0-9A-Z]{18})\.([0-9A-Z]+)\.([0-9]{3})\.([0-9A-Z])"
    match = re.fullmatch(re.escape(CERTIFICATE_ROOT + ".") + shape, normal(text))
    if match is None:
        says = f"电子证照标识应为 {CERTIFICATE_ROOT}.类型代码(21位).颁发机构代码.流水号.版本号(3位).校验位。"
        raise BadIdentifier(says, code="certificate-shape", article="GB/T 36904—2018", field=field)
    type_code, issuer, serial, version, check = match.groups()
    fits = check_character(type_code + issuer + serial + version) == check
    return CertificateIdentifier(type_code, issuer, serial, version, check, fits)


def make_certificate_identifier(*, type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """A new identifier with its check character; ``version`` 1 to 999."""
    body = (type_code, issuer, serial, f"{version:03d}")
    return str(certificate_identifier(".".join((CERTIFICATE_ROOT, *body, check_character("".join(body))))))


# -- 事项编码 GB/T 39554-2020 --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemCode:
    """A 基本编码 (12), 实施编码 (31) or 业务办理项编码 (33) taken apart; the parts it lacks are empty."""

    code: str
    basic: str
    organ: str = ""  # 实施主体统一社会信用代码
    level: str = ""  # 行使层级 1 国 2 省 3 市 4 县 5 镇 6 村 7 分级管理
    handling: str = ""  # 业务办理项序号

    @property
    def province(self) -> str:
        return self.basic[:2]

    @property
    def item_type(self) -> str:
        """Code of the power type (``01`` 行政许可 … ``20`` 公共服务)."""
        return self.basic[2:4]


def item_code(text: str, *, field: str = "item_code") -> ItemCode:
    """Take an item code of 12, 31 or 33 characters apart, checking organ, level, province and type."""
    code = normal(text)
    if len(code) not in {12, 31, 33}:
        says = f"事项编码应为 12 位（基本编码）、31 位（实施编码）或 33 位（业务办理项编码），实为 {len(code)} 位。"
        raise BadIdentifier(says, code="item-code-length", field=field)
    organ, level, basic, handling = (
        ("", "", code, "") if len(code) == 12 else (code[:18], code[18], code[19:31], code[31:])
    )
    if organ:
        check_uscc(organ, field=field)
    if level and level not in "1234567":
        raise BadIdentifier(
            f"事项编码第 19 位（行使层级）应为 1 至 7，实为 {level}。", code="item-code-level", field=field
        )
    if basic[:2] != "00" and basic[:2] not in PROVINCES:
        says = f"基本编码前两位 {basic[:2]} 应为 00 或省级区划代码。"
        raise BadIdentifier(says, code="item-code-province", field=field)
    if basic[2:4] not in ITEM_TYPES:
        raise BadIdentifier(f"基本编码的事项类型代码 {basic[2:4]} 不存在。", code="item-code-type", field=field)
    if not re.fullmatch(r"[0-9A-Z]{2}[0-9]{6}", basic[4:]) or (handling and not _digits(handling)):
        raise BadIdentifier("事项编码的主项、子项和办理项序号应为数字。", code="item-code-serial", field=field)
    return ItemCode(code, basic, organ, level, handling)


def check_item_code(text: str, *, field: str = "item_code") -> str:
    """The normalised item code, or a refusal."""
    return item_code(text, field=field).code

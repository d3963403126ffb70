"""What packs declare about files: how large an upload may be, and what marks say on what is shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from yiwang.kernel import packs


class Upload(packs.Rule):
    """Limits of uploads. Bytes, pixels, and the quality (1–95) pictures are re-encoded with."""

    max_bytes: Annotated[int, Field(ge=1024, le=200 * 1024 * 1024)]
    max_pixels: Annotated[int, Field(ge=1_000_000, le=200_000_000)]
    max_edge: Annotated[int, Field(ge=800, le=10_000)]
    quality: Annotated[int, Field(ge=50, le=95)]
    max_unpacked: Annotated[int, Field(ge=1024)]


class TrustMarks(packs.Rule):
    """The marks of the trust levels A and B on what is shown and printed; C and D bear none. ``{organ}`` is who made it,
    ``{until}`` its last day. 国办函〔2016〕108号（可信等级）."""

    authority: Annotated[str, Field(max_length=120)]
    authority_unlimited: Annotated[str, Field(max_length=120)]  # of what has no last day
    checked: Annotated[str, Field(max_length=60)]

    @field_validator("authority", "authority_unlimited")
    @classmethod
    def _names_who(cls, text: str) -> str:
        if "{organ}" not in text or text.format(organ="", until="") == text:
            raise ValueError("水印应写明由哪个机构提供（{organ}）")
        return text


packs.kind("upload", folder="files", schema=Upload)
packs.kind("trust-marks", folder="trust-marks", schema=TrustMarks)

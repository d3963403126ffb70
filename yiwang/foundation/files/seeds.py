"""What packs declare about files: how large an upload may be."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from yiwang.kernel import packs


class Upload(packs.Rule):
    """Limits of uploads. Bytes, pixels, and the quality (1–95) pictures are re-encoded with."""

    max_bytes: Annotated[int, Field(ge=1024, le=200 * 1024 * 1024)]
    max_pixels: Annotated[int, Field(ge=1_000_000, le=200_000_000)]
    max_edge: Annotated[int, Field(ge=800, le=10_000)]
    quality: Annotated[int, Field(ge=50, le=95)]
    max_unpacked: Annotated[int, Field(ge=1024)]


packs.kind("upload", folder="files", schema=Upload)

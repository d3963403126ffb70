"""Camera pictures: decoded, turned upright, scaled down and written anew, so that nothing but the picture is kept."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from yiwang.foundation.files.rules import JPEG, PNG, BadFile, Limits


def rewrite(content: bytes, kind: str, *, field: str, limits: Limits) -> tuple[bytes, str]:
    """The picture re-encoded without EXIF (place, device, time), and its kind, which may change from PNG to JPEG.

    Refuses a broken picture, one with more pixels than ``limits.max_pixels``, and one too small to read.
    """
    try:
        with Image.open(io.BytesIO(content), formats=[kind.upper()]) as opened:
            if opened.width * opened.height > limits.max_pixels:
                raise BadFile("图片像素过多，请用较低分辨率重拍。", code="picture-too-large", field=field)
            if min(opened.size) < 32:
                raise BadFile("图片太小，看不清，请重拍。", code="picture-too-small", field=field)
            opened.load()
            picture = ImageOps.exif_transpose(opened)
    except BadFile:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise BadFile("图片已损坏，打不开，请重拍或重新选择。", code="picture-broken", field=field) from None
    picture.thumbnail((limits.max_edge, limits.max_edge), Image.Resampling.LANCZOS)
    see_through = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    if kind == PNG and see_through:
        return _written(picture.convert("RGBA"), PNG), PNG
    plain = picture.convert("RGB")
    if kind == PNG and len(as_png := _written(plain, PNG)) <= 1024 * 1024:  # screenshots stay sharp
        return as_png, PNG
    return _written(plain, JPEG, quality=limits.quality), JPEG


def _written(picture: Image.Image, kind: str, **how: int) -> bytes:
    out = io.BytesIO()
    clean = Image.new(picture.mode, picture.size)  # a fresh image carries no metadata to be written along
    clean.paste(picture)
    clean.save(out, kind.upper(), optimize=True, **how)
    return out.getvalue()

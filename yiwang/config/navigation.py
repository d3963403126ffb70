"""What the page shell shows from the rooms above it: registered names are imported here, slots are filled here."""

from __future__ import annotations

from importlib import import_module, util

from django.apps import apps

REGISTERING_MODULES = ("events", "guards", "effects", "after", "facts", "slots", "seeds")


def fill() -> None:
    """Import every module in which a room registers names, so that packs and slots can find them."""
    for app in apps.get_app_configs():
        if app.name.startswith("yiwang."):
            for name in REGISTERING_MODULES:
                if util.find_spec(f"{app.name}.{name}"):
                    import_module(f"{app.name}.{name}")

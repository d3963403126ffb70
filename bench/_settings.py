"""The house's settings plus what only a comparison needs: django-viewflow and an app for the peers' own tables."""

from yiwang.config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "viewflow", "viewflow.workflow", "bench"]  # noqa: F405

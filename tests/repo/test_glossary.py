"""The interface speaks the field's own words, and docs/glossary.md holds every one of them beside its English."""

from pathlib import Path

from django.apps import apps

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"


def known() -> set[str]:
    rows = [line.split("|") for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {row[1].strip() for row in rows}


def spoken() -> dict[str, str]:
    """Every name a model or field gives itself, and where."""
    words = {}
    for model in apps.get_models():
        if not model.__module__.startswith("yiwang."):
            continue
        words[str(model._meta.verbose_name)] = model.__name__
        for field in model._meta.get_fields():
            if not getattr(field, "auto_created", False) and hasattr(field, "verbose_name"):
                words[str(field.verbose_name)] = f"{model.__name__}.{field.name}"
    return words


def test_every_model_and_field_has_its_english_in_the_glossary():
    missing = {word: where for word, where in spoken().items() if word not in known()}
    assert not missing, f"add to docs/glossary.md: {missing}"


def test_every_model_and_field_is_named_in_chinese():
    english = {word: where for word, where in spoken().items() if not any("一" <= sign <= "鿿" for sign in word)}
    assert not english, f"give a Chinese verbose_name: {english}"

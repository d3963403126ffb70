from django.apps import AppConfig


class ThemesConfig(AppConfig):
    name = "yiwang.services.themes"
    label = "themes"
    verbose_name = "一件事"

from django.apps import AppConfig


class AutomaticConfig(AppConfig):
    name = "yiwang.services.automatic"
    label = "automatic"
    verbose_name = "自动决定"

from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "yiwang.services.relay"
    label = "relay"
    verbose_name = "异地代收代办"

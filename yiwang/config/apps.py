from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "yiwang.config"
    label = "config"
    verbose_name = "系统装配"

    def ready(self) -> None:
        """The one room that knows everyone: fills the shell's slots and imports every registered name."""
        from yiwang.config import navigation

        navigation.fill()

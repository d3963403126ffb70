from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "yiwang.foundation.letters"
    label = "letters"
    verbose_name = "文书与送达"

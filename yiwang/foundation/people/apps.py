from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yiwang.foundation.people"
    label = "people"
    verbose_name = "自然人与法人"

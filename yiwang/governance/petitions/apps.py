from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "yiwang.governance.petitions"
    label = "petitions"
    verbose_name = "信访"

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "yiwang.services.ratings"
    label = "ratings"
    verbose_name = "好差评"

from django.apps import AppConfig


class SimilarConfig(AppConfig):
    name = "yiwang.governance.hotline.similar"
    label = "hotline_similar"
    verbose_name = "热线同类诉求"

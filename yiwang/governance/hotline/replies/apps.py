from django.apps import AppConfig


class RepliesConfig(AppConfig):
    name = "yiwang.governance.hotline.replies"
    label = "hotline_replies"
    verbose_name = "热线答复质量"

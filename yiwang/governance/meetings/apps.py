from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "yiwang.governance.meetings"
    label = "meetings"
    verbose_name = "面对面"

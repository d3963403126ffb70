from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "yiwang.foundation.calendar"
    label = "calendar"
    verbose_name = "中国工作日历"

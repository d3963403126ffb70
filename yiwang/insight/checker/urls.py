from django.urls import path

from yiwang.insight.checker import views

urlpatterns = [path("desk/reports/check/", views.report_check, name="report-check")]

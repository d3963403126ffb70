"""Addresses of monthly assessments."""

from django.urls import path

from yiwang.insight.assessments import views

urlpatterns = [
    path("desk/assessments/", views.month, name="assessments"),
    path("desk/assessments/count/", views.count, name="assessments-count"),
    path("desk/assessments/lines/<int:line_id>/", views.line, name="assessments-line"),
    path("desk/assessments/answer/", views.answer, name="assessments-answer"),
]

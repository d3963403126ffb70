"""Addresses of the respondent's pages."""

from django.urls import path

from yiwang.services.cases.answering import views

urlpatterns = [
    path("my/answers/", views.notified, name="my-answers"),
    path("my/answers/<str:reference>/", views.answering, name="my-answer"),
]

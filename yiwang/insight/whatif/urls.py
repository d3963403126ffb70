"""Addresses of what-if."""

from django.urls import path

from yiwang.insight.whatif import views

urlpatterns = [
    path("desk/whatif/", views.index, name="whatif"),
    path("desk/whatif/<int:study_id>/", views.study, name="whatif-study"),
    path("desk/whatif/<int:study_id>/stop/", views.stop, name="whatif-stop"),
    path("desk/whatif/<int:study_id>/continue/", views.proceed, name="whatif-continue"),
]

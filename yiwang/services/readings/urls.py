"""Addresses of 谁看过我的信息."""

from django.urls import path

from yiwang.services.readings import views

urlpatterns = [
    path("me/uses/", views.uses, name="who-read"),
    path("me/uses/<party:number>/dispute/", views.dispute, name="who-read-dispute"),
]

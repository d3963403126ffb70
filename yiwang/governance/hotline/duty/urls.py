"""Addresses of duties: how good the classifier is, and what no list names."""

from django.urls import path

from yiwang.governance.hotline.duty import views

urlpatterns = [
    path("desk/hotline/learned/", views.learned, name="hotline-learned"),
    path("desk/hotline/unlisted/", views.unlisted, name="hotline-unlisted"),
]

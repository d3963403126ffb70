"""Addresses of what is alike: hot spots."""

from django.urls import path

from yiwang.governance.hotline.similar import views

urlpatterns = [path("desk/hotline/hot/", views.hot, name="hotline-hot")]

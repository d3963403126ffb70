"""Addresses of the catalogue, in full."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("yiwang.services.catalogue.guide_urls")),
]

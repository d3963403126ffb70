"""Addresses of the catalogue, in full."""

from django.urls import URLPattern, URLResolver, include, path

from yiwang.services.catalogue import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("yiwang.services.catalogue.guide_urls")),
    path("search/", views.search, name="search"),
    path("items/", views.items, name="items"),
    path("items/<str:code>/", views.item, name="item"),
    path("desk/catalogue/", views.desk_items, name="desk-catalogue"),
    path("desk/catalogue/imports/", views.desk_imports, name="desk-catalogue-imports"),
    path("desk/laws/", views.desk_laws, name="desk-laws"),
]

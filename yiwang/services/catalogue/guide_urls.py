"""Addresses of guides; ``urls`` includes them."""

from django.urls import path

from yiwang.services.catalogue import change_views
from yiwang.services.catalogue import guide_views as views

urlpatterns = [
    path("items/<str:code>/guide/", views.guide, name="guide"),
    path("items/<str:code>/guide/print/", views.guide_print, name="guide-print"),
    path("guide-me/", views.lead_list, name="catalogue-guidances"),
    path("guide-me/<str:guidance_id>/", views.lead, name="catalogue-guidance"),
    path("desk/catalogue/<str:code>/state/", change_views.state, name="catalogue-item-state"),
    path("desk/catalogue/<str:code>/guides/", views.versions, name="catalogue-guide-versions"),
    path("desk/catalogue/<str:code>/guides/draft/", views.draft, name="catalogue-guide-draft"),
    path("desk/catalogue/publications/<str:reference>/", views.published_by, name="catalogue-publication"),
    path("desk/catalogue/guides/<int:pk>/", views.version, name="catalogue-guide-version"),
    path("desk/catalogue/guides/<int:pk>/submit/", views.submit, name="catalogue-guide-submit"),
    path("desk/catalogue/guides/<int:pk>/review/", views.review, name="catalogue-guide-review"),
]

"""Addresses of replies: read a draft, and the share of vague ones by unit."""

from django.urls import path

from yiwang.governance.hotline.replies import views

urlpatterns = [
    path("desk/hotline/replies/", views.units, name="hotline-replies"),
    path("desk/hotline/replies/<str:reference>/", views.draft, name="hotline-reply-draft"),
]

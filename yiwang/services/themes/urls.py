"""Addresses of themes: the portal's and the desk's."""

from django.urls import path

from yiwang.services.themes import views

urlpatterns = [
    path("themes/", views.theme_list, name="themes"),
    path("themes/<str:theme_id>/", views.lead, name="theme"),
    path("my/themes/", views.mine, name="my-themes"),
    path("my/themes/draft/<int:draft_id>/", views.fill, name="theme-draft"),
    path("my/themes/draft/<int:draft_id>/materials/", views.materials, name="theme-draft-materials"),
    path("my/themes/draft/<int:draft_id>/uploads/<slug:code>/", views.upload, name="theme-draft-upload"),
    path("my/themes/draft/<int:draft_id>/uploads/<int:upload_id>/remove/", views.remove, name="theme-draft-remove"),
    path("my/themes/draft/<int:draft_id>/discard/", views.discard, name="theme-draft-discard"),
    path("my/themes/<str:reference>/", views.progress, name="my-theme"),
    path("my/themes/<str:reference>/withdraw/", views.withdraw, name="my-theme-withdraw"),
    path("desk/themes/", views.desk_list, name="desk-themes"),
    path("desk/themes/<str:reference>/", views.desk, name="desk-theme"),
    path("desk/themes/<str:reference>/<slug:step>/", views.step, name="desk-theme-step"),
]

"""Addresses of petitions."""

from django.urls import path

from yiwang.governance.petitions import views

urlpatterns = [
    path("my/petitions/<str:reference>/", views.mine, name="my-petition"),
    path("my/petitions/<str:reference>/steps/<slug:step>/", views.own_step, name="my-petition-step"),
    path("desk/petitions/", views.board, name="petitions"),
    path("desk/petitions/new/", views.new, name="petition-new"),
    path("desk/petitions/<str:reference>/", views.petition, name="petition"),
    path("desk/petitions/<str:reference>/person/", views.person, name="petition-person"),
    path("desk/petitions/<str:reference>/steps/<slug:step>/", views.step, name="petition-step"),
]

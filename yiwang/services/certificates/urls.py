"""Addresses of certificates: the public register and the desk's."""

from django.urls import path

from yiwang.services.certificates import views

urlpatterns = [
    path("certificates/", views.register, name="certificates"),
    path("desk/certificates/", views.desk_list, name="desk-certificates"),
    path("desk/certificates/<int:certificate_id>/", views.desk_one, name="desk-certificate"),
    path("desk/certificates/<int:certificate_id>/propose/", views.propose, name="desk-certificate-propose"),
]

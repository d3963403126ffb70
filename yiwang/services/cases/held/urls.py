"""The address of the public count of asking for what the government holds."""

from django.urls import path

from yiwang.services.cases.held import views

urlpatterns = [path("materials/asked/", views.asked, name="held-asked")]

from django.urls import path

from yiwang.web import views

urlpatterns = [path("text-size/", views.text_size, name="text-size")]

"""Addresses of this application."""

from django.urls import path

from .views import why

urlpatterns = [path("docs/why/<str:code>/", why, name="why")]

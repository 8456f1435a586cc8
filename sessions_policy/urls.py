"""Addresses of this application."""

from django.urls import path

from .views import why_page

urlpatterns = [path("docs/why/<str:code>/", why_page, name="why")]

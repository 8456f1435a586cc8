"""Addresses of this application."""

from django.urls import path

from .views import FlowView

urlpatterns = [path("login/flow/", FlowView.as_view(), name="login-flow")]

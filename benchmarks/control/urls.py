"""The control's addresses: the page, and Django's own login."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.urls import path

from benchmarks.page import page

urlpatterns = [
    path("page/", login_required(page)),
    path("login/", LoginView.as_view()),
]

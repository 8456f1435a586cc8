"""The tiny page that both arms guard. It touches the user, as every guarded page does."""

from django.http import HttpRequest, HttpResponse


def page(request: HttpRequest) -> HttpResponse:
    """Say who is signed in."""
    return HttpResponse(request.user.get_username())

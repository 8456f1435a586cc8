"""``/api/v1/whatif/``: one decision on whatever facts are given; it writes nothing."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_policy.api_schema import documented
from sessions_policy.whatif import BadQuestion, Question, answer, drafts

from . import rights, shapes

RIGHT = "sessions_policy.view_savedquestion"


class WhatIfView(APIView):
    """What-If for programs: by GET with the parts of the question, or by POST as JSON, with policies that are not saved."""

    policy_resource = "profiles"

    @documented(shapes.ANSWER)
    def get(self, request: Request) -> Response:
        """Answer the question in the query."""
        return self._answer(request, request.query_params.dict(), None)

    @documented(shapes.ANSWER, sends=shapes.QUESTION)
    def post(self, request: Request) -> Response:
        """Answer ``{"question": {…}, "draft": [{"kind", "id", "values"}, …]}``; a draft is asked in place of the policies."""
        sent = request.data if isinstance(request.data, dict) else {}
        question = sent.get("question", {})
        if not isinstance(question, dict):
            raise ValidationError({"question": ["Send an object."]})
        return self._answer(request, question, sent.get("draft"))

    @staticmethod
    def _answer(request: Request, values: dict[str, Any], draft: Any) -> Response:
        # SECURITY: the answer tells which people exist and which methods they have.
        rights.require(request, RIGHT, "profiles")
        try:
            book = None if draft is None else drafts.compiled(drafts.read(draft))
            return Response(answer(Question.read(values), book).as_json())
        except BadQuestion as error:
            raise ValidationError({error.field: [str(error)]}) from error

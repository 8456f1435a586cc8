"""What-If: the one decision on made-up facts, with the screens that a person would see and what would change the answer."""

from .answers import Answer, Effect, Verdict, answer
from .questions import BadQuestion, Given, Question

__all__ = ["Answer", "BadQuestion", "Effect", "Given", "Question", "Verdict", "answer"]

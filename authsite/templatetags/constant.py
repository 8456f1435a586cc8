"""``{% constant %}`` … ``{% endconstant %}``: a part of a page that says the same to everybody.

It is rendered once for each language, and kept. It sees no variables: there is nothing in it that could belong to somebody.
"""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.base import NodeList, Parser, Token, VariableNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class ConstantNode(template.Node):
    """Keeps what its content was rendered to."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.kept: dict[tuple[str | None, str], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return the content."""
        # The addresses in it begin with the script's prefix.
        key = get_language(), get_script_prefix()
        if key not in self.kept:
            alone = Context(autoescape=True)
            alone.template, alone.render_context.template = context.template, context.template
            self.kept[key] = self.nodelist.render(alone)
        return self.kept[key]


@register.tag
def constant(parser: Parser, token: Token) -> ConstantNode:
    """Parse ``{% constant %}`` … ``{% endconstant %}``. A variable inside is an error, because it would be kept for everybody."""
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    if nodelist.get_nodes_by_type(VariableNode):
        raise template.TemplateSyntaxError("{% constant %} holds what is the same for everybody: no variables.")
    return ConstantNode(nodelist)

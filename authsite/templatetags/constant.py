"""``{% constant %}`` … ``{% endconstant %}``: a part of a page that says the same to everybody.

It is rendered once for each language, and kept. It sees no variables: there is nothing in it that could belong to somebody.
"""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.base import Node, NodeList, Parser, TextNode, Token
from django.template.defaulttags import URLNode
from django.template.loader_tags import IncludeNode
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class ConstantNode(Node):
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
    """Parse ``{% constant %}`` … ``{% endconstant %}``. Whatever could differ is an error: it would be kept for everybody."""
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    if not all(map(_is_constant, nodelist.get_nodes_by_type(Node))):
        raise template.TemplateSyntaxError(
            "{% constant %} holds what is the same for everybody: text, addresses, translations."
        )
    return ConstantNode(nodelist)


def _is_constant(node: Node) -> bool:
    if isinstance(node, IncludeNode):
        # SECURITY: what is included finds no variables either, for there are none.
        return isinstance(node.template.var, str)
    return isinstance(node, TextNode | TranslateNode | URLNode | StaticNode)

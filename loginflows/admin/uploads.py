"""Files with flows that an administrator uploads."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from .. import documents, finding_texts, shape_rules
from ..documents import Imported, NoDocument

MOST_BYTES = 1_000_000
# A name that no flow has: the flow that is made of the file gets its name from the form.
UNNAMED = "-"


def read(sent: Any) -> Imported:
    """Return the flow in an uploaded file. Raises NoDocument; what can be mended in the builder is no reason to."""
    if sent.size > MOST_BYTES:
        raise NoDocument(_("The file is larger than 1 MB. A flow is smaller: choose what “Export” gave."))
    try:
        document = json.loads(sent.read().decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NoDocument(_("The file is no JSON. Choose what “Export” gave.")) from error
    imported = documents.read(document, UNNAMED)
    wrong = [each for each in shape_rules.find(imported.definition) if each.code != "flow.empty"]
    if wrong:
        raise NoDocument(_("The flow in the file cannot be read. %(why)s") % {"why": finding_texts.sentence(wrong[0])})
    return imported

"""Login flows in the administration: flows, their builder, their debug run, their runs, and who has them."""

from . import assignments, flow_versions, flows

__all__ = ["assignments", "flow_versions", "flows"]

"""Login flows: what people of a profile read or do after they proved who they are and before they are let in."""

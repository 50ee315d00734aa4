"""The pages and overlays: one `.py` that composes, one `.kv` that draws."""

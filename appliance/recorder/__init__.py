"""The recorder: cameras, what is kept of their pictures and for how long, and who may see it."""

"""`/api/v1`: the shop for programs of the owner's own; `../API.md` is its handbook."""

"""Raw rows of what was recorded, in the shape of the reference's tables."""

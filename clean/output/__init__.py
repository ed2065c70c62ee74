"""The OUT folder: written whole, read back, restored, verified. It knows readers and rules only to verify against them."""

"""Rule packs: data, read and proved."""

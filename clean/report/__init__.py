"""What a run took out and what it left: collected in one pass, rendered apart."""

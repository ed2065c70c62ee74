"""Where rules meet lines: the reference matcher and, later, the fast one."""

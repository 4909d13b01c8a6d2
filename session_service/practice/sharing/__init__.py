"""Links that show a practice to whoever has one."""

"""History brought along from other applications."""

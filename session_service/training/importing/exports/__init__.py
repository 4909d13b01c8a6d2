"""The CSV exports of other applications: one module an application, and what they have in common."""

"""Schemathesis over the whole API description: ``make fuzz``, and a short version in the suite."""

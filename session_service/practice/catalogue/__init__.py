"""The catalogue of sequences: poses to be done one after the other."""

"""Training: plans, and the sessions in which they are carried out."""

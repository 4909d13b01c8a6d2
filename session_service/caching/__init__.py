"""Whether the gateways may answer reads out of their cache."""

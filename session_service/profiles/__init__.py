"""Who somebody is: a profile on first use."""

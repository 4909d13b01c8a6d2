"""One practice: started, paused, noted pose by pose, completed."""

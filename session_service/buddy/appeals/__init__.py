"""Appeals against no-shows: the accused says that it was otherwise, and an operator decides."""

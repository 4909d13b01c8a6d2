"""What two houses need and what knows no business noun."""

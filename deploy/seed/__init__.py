"""Demo data: people whose ids never change, and catalogues of challenges and sequences. Loading it again changes nothing."""

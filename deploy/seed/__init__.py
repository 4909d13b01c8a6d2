"""Demo data: people whose ids never change, catalogues of challenges and of sequences. Again changes nothing."""

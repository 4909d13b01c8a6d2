"""Demo data: people whose ids never change, and a catalogue of challenges. Loading it again changes nothing."""

"""Images changed at random while a model trains, and prepared alike for evaluation."""

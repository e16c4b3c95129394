"""What every recipe is made of: optimizers, schedules, losses, data order, the loop."""

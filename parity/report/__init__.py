"""What a report looks like: on a terminal, as a page, as JSON. The facts are in ``parity.verdicts``."""

"""Find every place where two matched models part, and name each cause by taking it away.

The Torch model runs on Keras's values: whatever a matched layer gives is compared and then replaced by what Keras gave,
so that each layer is judged on the same inputs and one fault does not hide the next. Where values part, suspicions
(``parity.hypotheses``) are tried on that operation alone; the one that brings the value back is the cause.

``alignment``: which operation stands where; ``merging``: where a layer ends in more than one; ``probing``: runs of the
Torch model; ``evidence``: what is known of two operations; ``grouping``: features read in another way; ``naming``:
causes; ``search``: all of them together. Numbers of operations are ``k`` in Keras, ``t`` in Torch.
"""

from parity.diagnosis.faults import Diagnosis, Fault
from parity.diagnosis.search import diagnose, diagnosed

__all__ = ["Diagnosis", "Fault", "diagnose", "diagnosed"]

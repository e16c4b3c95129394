"""Stacks of recurrent layers, one named layer per level, dropout between them."""

from keras import layers


def recurrent_stack(x, layer, units, depth, dropout, name, bidirectional=False, sequences=False):
    """Sequence (B, L, D) -> every step (B, L, H), or the state that each direction ends in (B, H).

    ``layer`` is the class of a level. The backward half ends at the first step. A mask ends each sample at its own
    length. H is ``units``, twice that when bidirectional.
    """
    for index in range(depth):
        last = index == depth - 1
        path = f"{name}.l{index}"
        level = layer(units, return_sequences=sequences or not last, name="lstm" if bidirectional else path)
        x = (layers.Bidirectional(level, name=path) if bidirectional else level)(x)
        if not last:
            x = layers.Dropout(dropout, name=f"{name}.drop{index}")(x)
    return x

"""What all optimizers of this package share."""

from types import MappingProxyType

import keras
from keras import ops

from keras_impl.training import distributed


class Optimizer(keras.optimizers.Optimizer):
    """An optimizer is a list of ``slots``, the tensors kept for each weight, and an ``update``.

    ``update`` takes gradient, weight, learning rate, slots and numbers and returns the new weight and the new slots.
    Numbers stay in double precision there: on TensorFlow ``ops.cast`` of a Python number goes through float32, an
    operator between a tensor and a number does not.

    Args:
        learning_rate: a float, or a Keras schedule.
        weight_decay: coupled (``gradient += decay * weight``); if ``decoupled``, ``weight -= rate * decay * weight``.
        options: further options of a Keras optimizer.
        numbers: what ``update`` takes by name.

    rule: optimizer-coupled-decay, embedding-sparse-gradient
    """

    slots = ()
    decoupled = False
    clip = None  # set by fit: list of gradients -> list of gradients
    factors = MappingProxyType({})  # set by training.parts: id of a weight -> factor on its learning rate
    rules = MappingProxyType({})  # set by training.parts: id of a weight -> optimizer whose ``update`` it takes

    def __init__(self, learning_rate, weight_decay, options, **numbers):
        super().__init__(learning_rate, **options)
        self.decay = weight_decay
        self.numbers = numbers

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.kept = [self.rule_of(variable).new_slots(variable, self) for variable in variables]
            self.rates = [self.factors.get(id(variable), 1) for variable in variables]

    def rule_of(self, variable):
        """The optimizer that updates a weight; looked up, for Keras would write a list of optimizers into its files."""
        return self.rules.get(id(variable), self)

    def new_slots(self, variable, owner):
        """The slots of one weight, which ``owner`` keeps."""
        return [owner.add_variable_from_reference(variable, name=name) for name in self.slots]

    def apply(self, grads, trainable_variables=None):
        variables = self._trainable_variables if trainable_variables is None else list(trainable_variables)
        super().apply(distributed.together([dense(*pair) for pair in zip(grads, variables, strict=True)]), variables)

    def _clip_gradients(self, grads):
        return self.clip(grads) if self.clip else super()._clip_gradients(grads)

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        rate = ops.cast(learning_rate, variable.dtype) * self.rates[index]
        gradient = ops.cast(gradient, variable.dtype)
        rule, slots = self.rule_of(self._trainable_variables[index]), self.kept[index]
        if rule.decay and not rule.decoupled:
            gradient = gradient + variable * rule.decay
        weight, *updated = rule.update(gradient, variable, rate, *slots, **rule.numbers)
        if rule.decay and rule.decoupled:
            weight = weight - variable * (rate * rule.decay)
        for target, value in zip((variable, *slots), (weight, *updated), strict=True):
            self.assign(target, value)

    def steps(self, variable):
        """Number of this update, from 1, in the weight's type."""
        return ops.cast(self.iterations + 1, variable.dtype)

    def get_config(self):
        return {**super().get_config(), **self.numbers, "weight_decay": self.decay}


def dense(gradient, variable):
    """Gradient of some rows of an embedding -> full tensor: repeated rows are summed before they are squared."""
    return ops.zeros_like(variable) + gradient if hasattr(gradient, "indices") else gradient


def bias_correction(beta, step):
    """``1 - beta ** step`` in the type of ``step``, computed in double: in float32 it loses five digits at first.

    rule: adam-correction-precision
    """
    power = ops.power(ops.convert_to_tensor(beta, dtype="float64"), ops.cast(step, "float64"))
    return ops.cast(1 - power, step.dtype)

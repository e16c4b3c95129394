"""Domain-adversarial network: a gradient reversal before the domain head, by tf.custom_gradient and by a
torch.autograd.Function; both return dictionaries, whose entries and heads are listed in other orders.
"""

INPUTS = ("12x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import tensorflow as tf
    from keras import layers

    class GradientReversal(layers.Layer):
        def __init__(self, strength, **kwargs):
            super().__init__(**kwargs)
            self.strength = strength

        def call(self, x):
            @tf.custom_gradient
            def reverse(y):
                return tf.identity(y), lambda upstream: -self.strength * upstream

            return reverse(x)

    image = keras.Input((12, 12, 3))
    x = layers.Conv2D(8, 5, activation="relu", name="features_1")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 3, activation="relu", name="features_2")(x)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    label = layers.Dense(16, activation="relu", name="label_hidden")(x)
    label = layers.Dense(2, name="label")(label)
    domain = GradientReversal(0.3, name="reversal")(x)
    domain = layers.Dense(16, activation="relu", name="domain_hidden")(domain)
    domain = layers.Dense(2, name="domain")(domain)
    return keras.Model(image, {"label": label, "domain": domain})


def torch_model():
    import torch
    from torch import nn

    class ReverseLayerF(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, alpha):
            ctx.alpha = alpha
            return x.view_as(x)

        @staticmethod
        def backward(ctx, grad_output):
            return grad_output.neg() * ctx.alpha, None

    class DANN(nn.Module):
        def __init__(self, alpha=0.3):
            super().__init__()
            self.alpha = alpha
            self.heads = nn.ModuleDict({"domain": self.head(), "label": self.head()})
            self.feature = nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU())

        def head(self):
            return nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2))

        def forward(self, x):
            f = self.feature(x).mean((2, 3))
            inputs = {"domain": ReverseLayerF.apply(f, self.alpha), "label": f}
            return {name: head(inputs[name]) for name, head in self.heads.items()}

    return DANN()
